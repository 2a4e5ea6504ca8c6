"""Whether a time zone is one that the calendar knows."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from treatment.domain.refusals import TimeZoneUnknown


def check_zone(name: str) -> None:
    """Raise `TimeZoneUnknown` unless the name is in the IANA database: the day of a session hangs on it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A name such as `Europe` is a folder of the database, and no zone.
        raise TimeZoneUnknown(name) from None
