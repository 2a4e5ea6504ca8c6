"""Decides, remembers, proves and answers: the treatment service."""
