"""Whole courses of therapy that nobody had, drawn by domain reference 7 and stored by ordinary commands."""
