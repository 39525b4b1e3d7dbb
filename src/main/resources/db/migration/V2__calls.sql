-- The calls of late whose retries are known: as many as the retry window holds, the oldest first.
CREATE TABLE call (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    key        BLOB    NOT NULL, -- 16 bytes, of the invocation id and the body
    batch_id   BLOB    NOT NULL  -- the UUID's 16 bytes
) STRICT;
