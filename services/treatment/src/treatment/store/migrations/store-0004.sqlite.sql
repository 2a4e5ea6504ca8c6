-- How this store stands to the broker, appended by whoever compared them; the newest row holds. While the store lacks
-- what the broker has, or nobody has compared them since it was restored, nothing may be added to it.
CREATE TABLE broker_standing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    standing TEXT NOT NULL,
    reason TEXT NOT NULL,
    noted_at TEXT NOT NULL
);
