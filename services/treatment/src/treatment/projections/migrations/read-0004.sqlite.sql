-- Entries that set the problem area, and those that review a signal, can be taken back: both are counted from rows.
-- New evidence makes a flag unseen. The rows of before do not say it: both read models are filled again.
DROP TABLE caseload_entry;
DELETE FROM caseload;
DELETE FROM caseload_flag;
DELETE FROM case_summary;
DELETE FROM case_summary_entry;
DELETE FROM projection_position WHERE projection IN ('caseload', 'case-summary');
DELETE FROM quarantine WHERE projection IN ('caseload', 'case-summary');
-- What the figures of a case are counted from: sessions held and missed, appointments at which nobody is treated,
-- scores, not-on-track signals, primary problem areas.
CREATE TABLE caseload_entry (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (
        kind IN ('held', 'withoutPatient', 'otherAppointment', 'missed', 'score', 'signal', 'focus')
    ),
    own_id TEXT NOT NULL,
    at TEXT NOT NULL,
    appointment_id TEXT,
    score TEXT,
    PRIMARY KEY (tenant, case_id, event_id)
);
-- Which adaptation reviewed which signal.
CREATE TABLE caseload_review (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    signal TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, event_id, signal)
);
