-- Every event that was seen, in the transaction of its effects: a repeat has none.
CREATE TABLE inbox (
    event_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    position INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    received_at TEXT NOT NULL,
    UNIQUE (tenant, position)
);
-- Who is in charge of a case: told by CaseOpened.
CREATE TABLE care_team (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    therapist_id TEXT NOT NULL,
    supervisor_id TEXT,
    team_id TEXT,
    PRIMARY KEY (tenant, case_id)
);
-- Something that somebody must do. One per event, rule and recipient.
CREATE TABLE task (
    task_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    case_id TEXT,
    event_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    class TEXT NOT NULL,
    recipient TEXT NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    acknowledged_at TEXT,
    acknowledged_by TEXT,
    UNIQUE (event_id, rule, recipient)
);
-- A message to one person. One per event, rule and recipient.
CREATE TABLE delivery (
    delivery_id TEXT PRIMARY KEY,
    task_id TEXT REFERENCES task (task_id),
    tenant TEXT NOT NULL,
    event_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    class TEXT NOT NULL,
    recipient TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    delivered_at TEXT,
    due_at TEXT,
    UNIQUE (event_id, rule, recipient)
);
CREATE INDEX delivery_waiting ON delivery (next_attempt_at) WHERE state IN ('pending', 'failing');
-- What was tried, and what came of it.
CREATE TABLE attempt (
    delivery_id TEXT NOT NULL REFERENCES delivery (delivery_id),
    number INTEGER NOT NULL,
    attempted_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
-- The local channel: messages to be looked at on the machine itself.
CREATE TABLE outbox (
    delivery_id TEXT PRIMARY KEY REFERENCES delivery (delivery_id),
    tenant TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    stored_at TEXT NOT NULL
);
-- What could not be handled, and what waits behind it. Nothing is dropped.
CREATE TABLE quarantine (
    message_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    first_seen_at TEXT NOT NULL
);
