"""How a worker without an address says that it is ready: to who started it, or in a file."""

import os
from pathlib import Path

READY_FD = "CASETRAIL_READY_FD"
"""A pipe of the process that started this one."""
READY_FILE = "CASETRAIL_READY_FILE"
"""A file that a container's health check looks for."""


def say_ready() -> None:
    """Tell it; nobody may have asked. Saying it again changes nothing."""
    descriptor = os.environ.pop(READY_FD, None)
    if descriptor is not None:
        os.write(int(descriptor), b"1")
        os.close(int(descriptor))
    file = os.environ.get(READY_FILE)
    if file is not None:
        Path(file).touch()
