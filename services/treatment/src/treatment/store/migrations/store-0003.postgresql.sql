-- When each case is looked at next by the policy clock, and by which rules that was found; the newest row of a case
-- holds. The rows of before do not say their rules: the clock plans every case anew.
CREATE TABLE clock_plan (
    id bigserial PRIMARY KEY,
    tenant text NOT NULL,
    case_id text NOT NULL,
    version bigint NOT NULL,
    row_id bigint NOT NULL,
    rules text NOT NULL,
    due_at text
);
CREATE INDEX clock_plan_case ON clock_plan (tenant, case_id, id);
CREATE INDEX clock_plan_due ON clock_plan (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX clock_plan_seen ON clock_plan (row_id);
DROP TABLE clock_row;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'casetrail_writer') THEN
        GRANT SELECT, INSERT ON clock_plan TO casetrail_writer;
        GRANT USAGE ON SEQUENCE clock_plan_id_seq TO casetrail_writer;
        GRANT SELECT ON clock_plan TO casetrail_reader;
    END IF;
END $$;
