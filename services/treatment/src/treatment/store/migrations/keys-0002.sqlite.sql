-- What remains of a destroyed key: its id, so that a restored backup is noticed.
CREATE TABLE destroyed_key (
    key_id TEXT PRIMARY KEY,
    subject TEXT NOT NULL
) STRICT;
