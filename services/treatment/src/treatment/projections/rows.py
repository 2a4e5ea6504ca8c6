"""Writes rows by the names of their columns. Table and column names are ours, values are parameters."""

from collections.abc import Mapping

from treatment.store.database import Transaction, Value

Columns = Mapping[str, Value]


def insert(write: Transaction, table: str, columns: Columns) -> None:
    """A new row; a row that exists is an error."""
    names = ", ".join(columns)
    places = ", ".join(f":{name}" for name in columns)
    write.run(f"INSERT INTO {table} ({names}) VALUES ({places})", columns)


def put(write: Transaction, table: str, key: Columns, columns: Columns) -> None:
    """The row with this key, as given, whether or not it existed."""
    everything = {**key, **columns}
    names = ", ".join(everything)
    places = ", ".join(f":{name}" for name in everything)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    write.run(
        f"INSERT INTO {table} ({names}) VALUES ({places}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}",
        everything,
    )


def update(write: Transaction, table: str, key: Columns, columns: Columns) -> None:
    """Change the row with this key, if there is one."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    where = " AND ".join(f"{name} = :{name}" for name in key)
    write.run(f"UPDATE {table} SET {changes} WHERE {where}", {**columns, **key})
