"""I6, I11: read models are what the log says, and never go back."""

from tests.chaos.record import Record, Violation


def rows_are_the_fold(record: Record) -> list[Violation]:
    """I6: each table holds the rows that the log makes, and no other table is there."""
    tables = record.read_models.keys() | record.folded.keys()
    return [
        Violation("I6", f"{table} differs from what the log makes: {_difference(record, table)}")
        for table in sorted(tables)
        if record.read_models.get(table) != record.folded.get(table)
    ]


def checkpoints_move_forward(record: Record) -> list[Violation]:
    """I11: what says how far it is never says less, unless an operator moved it back."""
    found = []
    furthest: dict[str, int] = {}
    for seen in record.checkpoints:
        before = furthest.get(seen.name, 0)
        if seen.place < before and not seen.rewound:
            found.append(Violation("I11", f"{seen.name} went back from {before} to {seen.place}"))
        furthest[seen.name] = seen.place
    return found


def _difference(record: Record, table: str) -> str:
    rows, wanted = set(record.read_models.get(table, ())), set(record.folded.get(table, ()))
    return f"{len(rows - wanted)} rows too many, {len(wanted - rows)} missing"
