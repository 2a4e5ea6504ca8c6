-- The event table keeps the library's columns, so that its readers work on it; tenant and position are ours.
-- AUTOINCREMENT: an id is never used again, not even after the newest row was deleted.
CREATE TABLE events (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    tenant TEXT NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (originator_id, originator_version),
    UNIQUE (tenant, position)
);
-- One row per command that was accepted, kept for ever: the answer is rebuilt from the store.
CREATE TABLE command_log (
    command_id TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    case_id TEXT NOT NULL,
    first_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE tenant (
    name TEXT PRIMARY KEY,
    issuer TEXT NOT NULL
) WITHOUT ROWID;
-- What the relay saw of the broker, appended: a broker that forgot, or is ahead, is noticed.
CREATE TABLE broker_seen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created TEXT NOT NULL,
    last_event_id TEXT,
    last_sequence INTEGER NOT NULL,
    noted_at TEXT NOT NULL
);
