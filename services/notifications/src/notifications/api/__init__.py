"""HTTP: tasks to see and acknowledge, deliveries and the outbox to look at."""

from notifications.api.app import build_app

__all__ = ["build_app"]
