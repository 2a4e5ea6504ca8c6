-- The read models of every event. What they hold of the events before cannot be told from their rows:
-- both are emptied, and filled again from the start of the history.
DROP TABLE caseload;
DROP TABLE caseload_flag;
DROP TABLE case_summary;
DROP TABLE case_summary_problem_area;
DROP TABLE case_summary_session;
DROP TABLE case_summary_assessment;
DROP TABLE case_summary_goal;
DROP TABLE case_summary_flag;
DELETE FROM projection_position WHERE projection IN ('caseload', 'case-summary');
DELETE FROM quarantine WHERE projection IN ('caseload', 'case-summary');
CREATE TABLE caseload (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    began INTEGER NOT NULL DEFAULT 0,
    therapist_id TEXT NOT NULL,
    supervisor_id TEXT,
    team_id TEXT,
    opened_at TEXT NOT NULL,
    last_event_at TEXT NOT NULL,
    protocol TEXT,
    phase TEXT,
    problem_area TEXT,
    session_count INTEGER NOT NULL DEFAULT 0,
    missed_count INTEGER NOT NULL DEFAULT 0,
    last_score TEXT,
    on_track INTEGER NOT NULL DEFAULT 1,
    open_review INTEGER NOT NULL DEFAULT 0,
    open_urgent INTEGER NOT NULL DEFAULT 0,
    unacknowledged INTEGER NOT NULL DEFAULT 0,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant, case_id)
);
CREATE INDEX caseload_by_therapist ON caseload (tenant, therapist_id, last_event_at);
CREATE INDEX caseload_by_team ON caseload (tenant, team_id, last_event_at);
CREATE INDEX caseload_by_last_event ON caseload (tenant, last_event_at, case_id);
-- What the figures of a case are counted from: sessions held and missed, scores, open not-on-track signals.
CREATE TABLE caseload_entry (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('held', 'missed', 'score', 'signal')),
    own_id TEXT NOT NULL,
    at TEXT NOT NULL,
    score TEXT,
    PRIMARY KEY (tenant, case_id, event_id)
);
CREATE TABLE caseload_flag (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    flag_id TEXT NOT NULL,
    level TEXT NOT NULL,
    acknowledged INTEGER NOT NULL,
    resolved INTEGER NOT NULL,
    PRIMARY KEY (tenant, case_id, flag_id)
);
CREATE TABLE case_summary (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    began INTEGER NOT NULL DEFAULT 0,
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
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_projector') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA read TO casetrail_projector;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_reader') THEN
        GRANT SELECT ON ALL TABLES IN SCHEMA read TO casetrail_reader;
    END IF;
END $$;
