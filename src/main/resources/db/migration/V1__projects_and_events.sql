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

CREATE TABLE event (
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, also not after a reset
    project_id    INTEGER NOT NULL,
    event_id      BLOB    NOT NULL,                  -- the UUID's 16 bytes
    type          INTEGER NOT NULL,                  -- 1 aws.evidently.evaluation, 2 aws.evidently.custom
    timestamp     INTEGER NOT NULL,
    received_time INTEGER NOT NULL,
    data          TEXT    NOT NULL                   -- exactly as accepted
) STRICT;

-- One row that the readiness check changes to see a commit succeed.
CREATE TABLE store_probe (
    count INTEGER NOT NULL
) STRICT;

INSERT INTO store_probe (count) VALUES (0);
