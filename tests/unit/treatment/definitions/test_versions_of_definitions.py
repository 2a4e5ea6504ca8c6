"""Which version of a definition is the newest: instruments, protocols and rule sets are ordered alike."""

from treatment.definitions.versions import version_order


def test_versions_are_ordered_by_their_numbers() -> None:
    versions = ["2", "1.10", "1", "1.9", "1.9.1", "10", "1.9b"]
    assert sorted(versions, key=version_order) == ["1", "1.9b", "1.9", "1.9.1", "1.10", "2", "10"]
