"""Tells people: each once, and nothing it should not say."""
