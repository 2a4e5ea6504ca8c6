CREATE TABLE data_key (
    key_id text PRIMARY KEY,
    subject text NOT NULL UNIQUE,
    wrapped bytea NOT NULL
);
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_writer') THEN
        GRANT USAGE ON SCHEMA keys TO casetrail_writer;
        GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA keys TO casetrail_writer;
    END IF;
END $$;
