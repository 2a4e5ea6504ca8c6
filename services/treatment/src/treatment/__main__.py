"""The entry point of every process of the treatment service."""

import sys

from treatment.cli import app
from treatment.fault import Fault


def main() -> None:
    """Run a command. What an operator can mend is told in one line, with exit code 1."""
    try:
        app()
    except Fault as error:
        print(f"casetrail: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
