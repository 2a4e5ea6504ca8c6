-- When each case is looked at next by the policy clock: a row per version that the clock has seen.
CREATE TABLE clock_row (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    due_at TEXT,
    PRIMARY KEY (tenant, case_id, version)
) WITHOUT ROWID;
CREATE INDEX clock_row_due ON clock_row (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX clock_row_seen ON clock_row (row_id);
