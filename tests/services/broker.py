"""The NATS server that tests run on."""

import shutil
import subprocess
import sys
from pathlib import Path


def nats_server() -> str:
    """The program of the wheel, or one on the path."""
    beside_python = Path(sys.executable).parent / "nats-server"
    found = str(beside_python) if beside_python.exists() else shutil.which("nats-server")
    assert found, "nats-server is missing: install requirements.lock"
    return found


def nats_server_version() -> str:
    """The version, as the program says it."""
    said = subprocess.run([nats_server(), "--version"], check=True, capture_output=True, text=True).stdout
    return said.split()[-1].lstrip("v")
