-- When each case is looked at next by the policy clock, and by which rules that was found; the newest row of a case
-- holds. The rows of before do not say their rules: the clock plans every case anew.
CREATE TABLE clock_plan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    rules TEXT NOT NULL,
    due_at TEXT
);
CREATE INDEX clock_plan_case ON clock_plan (tenant, case_id, id);
CREATE INDEX clock_plan_due ON clock_plan (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX clock_plan_seen ON clock_plan (row_id);
DROP TABLE clock_row;
