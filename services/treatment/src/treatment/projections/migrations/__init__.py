"""Numbered SQL of the read database, applied once each, in order."""
