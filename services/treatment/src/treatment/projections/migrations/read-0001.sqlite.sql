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
CREATE TABLE caseload (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    therapist_id TEXT NOT NULL,
    supervisor_id TEXT,
    team_id TEXT,
    opened_at TEXT NOT NULL,
    last_event_at TEXT NOT NULL,
    problem_area TEXT,
    session_count INTEGER NOT NULL DEFAULT 0,
    score_instrument TEXT,
    score_total INTEGER,
    score_band TEXT,
    score_taken_at TEXT,
    score_instant TEXT,
    open_review INTEGER NOT NULL DEFAULT 0,
    open_urgent INTEGER NOT NULL DEFAULT 0,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant, case_id)
);
CREATE INDEX caseload_by_therapist ON caseload (tenant, therapist_id, last_event_at);
CREATE INDEX caseload_by_team ON caseload (tenant, team_id, last_event_at);
CREATE INDEX caseload_by_last_event ON caseload (tenant, last_event_at, case_id);
CREATE TABLE caseload_flag (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    flag_id TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, flag_id)
);
CREATE TABLE case_summary (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    therapist_id TEXT NOT NULL,
    supervisor_id TEXT,
    team_id TEXT,
    referral_source TEXT,
    referred_on TEXT,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    closure_reason TEXT,
    last_event_at TEXT NOT NULL,
    inventory TEXT,
    last_revision TEXT,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant, case_id)
);
CREATE TABLE case_summary_problem_area (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    rank TEXT NOT NULL,
    area TEXT NOT NULL,
    detail TEXT,
    agreed_on TEXT,
    selected_at TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, rank)
);
CREATE TABLE case_summary_session (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    duration_minutes INTEGER NOT NULL,
    attendance TEXT NOT NULL,
    modality TEXT NOT NULL,
    techniques TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, session_id)
);
CREATE TABLE case_summary_assessment (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    instrument TEXT NOT NULL,
    definition TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    taken_instant TEXT NOT NULL,
    respondent TEXT NOT NULL,
    total INTEGER,
    band TEXT,
    prorated INTEGER NOT NULL,
    total_mismatch INTEGER NOT NULL,
    risk_item_answered TEXT NOT NULL,
    session_id TEXT,
    event_id TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, assessment_id)
);
CREATE TABLE case_summary_goal (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    goal_id TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    problem_area TEXT,
    target_date TEXT,
    measurement TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, goal_id)
);
CREATE TABLE case_summary_flag (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    flag_id TEXT NOT NULL,
    level TEXT NOT NULL,
    rule TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, flag_id)
);
