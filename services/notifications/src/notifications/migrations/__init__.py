"""Numbered SQL of the notification service's own tables."""
