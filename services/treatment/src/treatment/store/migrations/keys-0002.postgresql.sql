-- What remains of a destroyed key: its id, so that a restored backup is noticed.
CREATE TABLE destroyed_key (
    key_id text PRIMARY KEY,
    subject text NOT NULL
);
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_writer') THEN
        GRANT SELECT, INSERT ON destroyed_key TO casetrail_writer;
        GRANT DELETE ON data_key TO casetrail_writer;
    END IF;
END $$;
