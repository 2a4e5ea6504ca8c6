"""A history of two tenants, and what a fault may have left of it in the tables in use."""

from tests.integration.projections.storing import mixed

from treatment.store.database import Database

HISTORY = mixed(60)
SOUTH = mixed(20, "south", first_case=100)


def spoil(live: Database) -> None:
    """Rows as a faulty read model could have left them."""
    with live.writing() as write:
        write.run("UPDATE caseload SET session_count = 99")
        write.run("""UPDATE caseload SET counted = '{"entries":{},"flags":{}}'""")
        write.run("UPDATE case_summary SET phase = 'none of ours'")
