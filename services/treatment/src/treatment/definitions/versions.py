"""The order of the versions of definitions."""


def version_order(version: str) -> list[tuple[int, str]]:
    """A key to sort versions by: part by part, numbers as numbers, so that 1.10 is newer than 1.9."""
    return [(int(part) if part.isdecimal() else 0, part) for part in version.split(".")]
