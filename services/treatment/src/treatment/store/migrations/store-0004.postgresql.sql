-- How this store stands to the broker, appended by whoever compared them; the newest row holds. While the store lacks
-- what the broker has, or nobody has compared them since it was restored, nothing may be added to it.
CREATE TABLE broker_standing (
    id bigserial PRIMARY KEY,
    standing text NOT NULL,
    reason text NOT NULL,
    noted_at text NOT NULL
);
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_writer') THEN
        GRANT SELECT, INSERT ON broker_standing TO casetrail_writer;
        GRANT USAGE ON SEQUENCE broker_standing_id_seq TO casetrail_writer;
        GRANT SELECT ON broker_standing TO casetrail_reader;
    END IF;
END $$;
