-- How far each read model is in each tenant's history, in the same transaction as its rows.
CREATE TABLE projection_position (
    projection TEXT NOT NULL,
    tenant TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (projection, tenant)
);
-- Events that a read model could not apply (failed), and later ones of the same case (behind).
-- What could not even be placed in a history (unreadable) claims no position.
CREATE TABLE quarantine (
    projection TEXT NOT NULL,
    event_id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    position BIGINT,
    kind TEXT NOT NULL CHECK (kind IN ('failed', 'behind', 'unreadable')),
    reason TEXT NOT NULL,
    content BLOB NOT NULL,
    noted_at TEXT NOT NULL,
    PRIMARY KEY (projection, event_id)
);
-- One row per case. What its figures are counted from stands beside them as JSON, and is read to fold on only.
CREATE TABLE caseload (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    began INTEGER NOT NULL,
    therapist_id TEXT NOT NULL,
    supervisor_id TEXT,
    team_id TEXT,
    opened_at TEXT NOT NULL,
    last_event_at TEXT NOT NULL,
    protocol TEXT,
    phase TEXT,
    problem_area TEXT,
    session_count INTEGER NOT NULL,
    missed_count INTEGER NOT NULL,
    last_score TEXT,
    on_track INTEGER NOT NULL,
    open_review INTEGER NOT NULL,
    open_urgent INTEGER NOT NULL,
    unacknowledged INTEGER NOT NULL,
    counted TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant, case_id)
);
CREATE INDEX caseload_by_therapist ON caseload (tenant, therapist_id, last_event_at);
CREATE INDEX caseload_by_team ON caseload (tenant, team_id, last_event_at);
CREATE INDEX caseload_by_last_event ON caseload (tenant, last_event_at, case_id);
CREATE TABLE case_summary (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    began INTEGER NOT NULL,
    therapist_id TEXT NOT NULL,
    supervisor_id TEXT,
    team_id TEXT,
    referral_source TEXT,
    referred_on TEXT,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    closure_reason TEXT,
    last_event_at TEXT NOT NULL,
    protocol TEXT,
    phase TEXT,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant, case_id)
);
-- One row per event that the summary shows, as it counts now: codes, numbers, ids and dates, never a text.
CREATE TABLE case_summary_entry (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    own_id TEXT,
    at TEXT NOT NULL,
    part TEXT NOT NULL,
    reason TEXT,
    corrected_by TEXT,
    PRIMARY KEY (tenant, case_id, event_id)
);
