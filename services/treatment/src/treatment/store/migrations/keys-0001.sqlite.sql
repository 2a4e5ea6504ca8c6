CREATE TABLE data_key (
    key_id TEXT PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    wrapped BLOB NOT NULL
) WITHOUT ROWID;
