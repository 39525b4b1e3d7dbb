-- Times are milliseconds since 1970. JSON columns hold text as the API takes it.

CREATE TABLE project (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so that events of a deleted project stay apart
    name                TEXT    NOT NULL UNIQUE,
    description         TEXT,
    created_time        INTEGER NOT NULL,
    last_updated_time   INTEGER NOT NULL,
    app_config_resource TEXT,
    data_delivery       TEXT,
    tags                TEXT    NOT NULL
) STRICT;

-- Projects whose events are still to be removed; nothing shows those events any more.
CREATE TABLE deleted_project (
    id INTEGER PRIMARY KEY
) STRICT;

-- What was accepted: a row for each batch, in the order of their commits.
CREATE TABLE event_batch (
    last_sequence INTEGER PRIMARY KEY, -- of its last event
    project_id    INTEGER NOT NULL,
    batch_id      BLOB    NOT NULL,    -- 16 bytes; an event's id is this plus its place in the batch
    received_time INTEGER NOT NULL,
    event_count   INTEGER NOT NULL,
    events        BLOB    NOT NULL     -- see EventBlob
) STRICT;

-- One row: up to which sequence events were removed, so that none is used again, also not after a reset.
CREATE TABLE removed_event (
    last_sequence INTEGER NOT NULL
) STRICT;

INSERT INTO removed_event (last_sequence) VALUES (0);

CREATE TRIGGER event_batch_removed AFTER DELETE ON event_batch
WHEN old.last_sequence > (SELECT last_sequence FROM removed_event)
BEGIN
    UPDATE removed_event SET last_sequence = old.last_sequence;
END;

-- The calls of late whose retries are known: as many as the retry window holds, the oldest first.
CREATE TABLE call (
    id         INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL,
    key        BLOB    NOT NULL, -- 16 bytes, of the invocation id and the body
    batch_id   BLOB    NOT NULL
) STRICT;

-- One row that the readiness check changes to see a commit succeed.
CREATE TABLE store_probe (
    count INTEGER NOT NULL
) STRICT;

INSERT INTO store_probe (count) VALUES (0);
