"""The entry point of every process of the notification service."""

import argparse
import logging
import sys
from urllib.request import urlopen

import structlog

from notifications.database import SchemaBehind, migrate, open_database
from notifications.settings import SettingMissing, Settings, read_settings


def main() -> None:
    """Run a command. What an operator can mend is told in one line, with exit code 1."""
    parser = argparse.ArgumentParser(prog="casetrail-notifications", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="Consume events, tell people, and serve the HTTP interface.")
    commands.add_parser("migrate", help="Bring the database's schema up to date, as its owner.")
    commands.add_parser("check-health", help="Ask this machine's service whether it is ready.")
    command = parser.parse_args().command
    try:
        settings = read_settings()
        _configure_logs(settings.log_level)
        {"run": _run, "migrate": _migrate, "check-health": _check_health}[command](settings)
    except (SettingMissing, SchemaBehind, ValueError) as error:
        sys.exit(f"casetrail-notifications: {error}")


def _run(settings: Settings) -> None:
    from notifications.run import run

    run(settings)


def _migrate(settings: Settings) -> None:
    database = open_database(settings.database_address())
    for name in migrate(database):
        print(f"notifications: applied {name}")
    print("the schema is up to date")


def _check_health(settings: Settings) -> None:
    try:
        urlopen(f"http://127.0.0.1:{settings.port}/health/ready", timeout=4).close()
    except OSError as error:
        sys.exit(f"not ready: {error}")


def _configure_logs(level: str) -> None:
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


if __name__ == "__main__":
    main()
