-- When each case is looked at next by the policy clock: a row per version that the clock has seen.
CREATE TABLE clock_row (
    tenant text NOT NULL,
    case_id text NOT NULL,
    version bigint NOT NULL,
    row_id bigint NOT NULL,
    due_at text,
    PRIMARY KEY (tenant, case_id, version)
);
CREATE INDEX clock_row_due ON clock_row (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX clock_row_seen ON clock_row (row_id);
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_writer') THEN
        GRANT SELECT, INSERT ON clock_row TO casetrail_writer;
        GRANT SELECT ON clock_row TO casetrail_reader;
    END IF;
END $$;
