-- Which rebuild took the place of the tables that are kept as the former ones, for the way back.
CREATE TABLE projection_former (
    projection TEXT PRIMARY KEY,
    build TEXT NOT NULL,
    migration TEXT NOT NULL,
    switched_at TEXT NOT NULL
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
