-- The event table keeps the library's columns, so that its readers work on it; tenant and position are ours.
CREATE TABLE events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL,
    tenant text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version),
    UNIQUE (notification_id),
    UNIQUE (tenant, position)
);
-- One row per command that was accepted, kept for ever: the answer is rebuilt from the store.
CREATE TABLE command_log (
    command_id text PRIMARY KEY,
    fingerprint bytea NOT NULL,
    case_id text NOT NULL,
    first_version bigint NOT NULL,
    last_version bigint NOT NULL
);
CREATE TABLE tenant (
    name text PRIMARY KEY,
    issuer text NOT NULL
);
-- What the relay saw of the broker, appended: a broker that forgot, or is ahead, is noticed.
CREATE TABLE broker_seen (
    id bigserial PRIMARY KEY,
    created text NOT NULL,
    last_event_id text,
    last_sequence bigint NOT NULL,
    noted_at text NOT NULL
);
-- The writer adds and reads; it never changes or removes what is stored.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_writer') THEN
        GRANT USAGE ON SCHEMA store TO casetrail_writer, casetrail_reader;
        GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA store TO casetrail_writer;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA store TO casetrail_writer;
        GRANT SELECT ON ALL TABLES IN SCHEMA store TO casetrail_reader;
    END IF;
END $$;
