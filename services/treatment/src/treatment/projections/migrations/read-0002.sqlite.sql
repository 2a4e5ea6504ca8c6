-- Which rebuild took the place of the tables that are kept as the former ones, for the way back.
CREATE TABLE projection_former (
    projection TEXT PRIMARY KEY,
    build TEXT NOT NULL,
    migration TEXT NOT NULL,
    switched_at TEXT NOT NULL
);
