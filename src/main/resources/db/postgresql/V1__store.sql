-- Times are milliseconds since 1970. Sequences, keys and versions are those of the SPI.

-- Rows that each commit changes stand alone on a page with room for their next versions: updates stay on it (HOT), and the
-- versions before are removed as the page is read. Vacuum comes early, for what a long transaction has held up.

-- How many writes of documents were ever committed.
CREATE TABLE document_version (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version   bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO document_version (version) VALUES (0);

CREATE TABLE document (
    kind    text COLLATE "C" NOT NULL,
    project text COLLATE "C" NOT NULL, -- a project's name; empty for what belongs to the account
    name    text COLLATE "C" NOT NULL,
    json    text             NOT NULL,
    PRIMARY KEY (kind, project, name)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The projects whose events are taken and shown.
CREATE TABLE open_log (
    project_key bigint PRIMARY KEY,
    name        text   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- Projects whose events are still to be removed; nothing shows those events any more.
CREATE TABLE closed_log (
    project_key bigint PRIMARY KEY
);

-- The end of the log. Whoever appends changes the row last and holds it until the commit, so the order of sequences is that of
-- commits, and a sequence that is not used is taken by the next.
CREATE TABLE event_counter (
    singleton     boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    last_sequence bigint  NOT NULL,
    bytes         bigint  NOT NULL -- of all events ever appended
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

INSERT INTO event_counter (last_sequence, bytes) VALUES (0, 0);

-- A row for each batch.
CREATE TABLE event_batch (
    last_sequence bigint  PRIMARY KEY, -- of its last event
    project_key   bigint  NOT NULL,
    batch_id      uuid    NOT NULL,    -- an event's id is this plus its place in the batch
    received_time bigint  NOT NULL,    -- on the clock of the node
    stored_time   bigint  NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    event_count   integer NOT NULL,
    events        bytea   NOT NULL     -- see EventBlob
);

-- Compressing would cost more time than it saves; an event that is read alone is small.
ALTER TABLE event_batch ALTER COLUMN events SET STORAGE EXTERNAL;

-- How many bytes of events were removed, of all that were ever appended.
CREATE TABLE event_removal (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    bytes     bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO event_removal (bytes) VALUES (0);

-- Calls whose retries are detected.
CREATE TABLE event_call (
    project_key bigint NOT NULL,
    call_key    uuid   NOT NULL,
    batch_id    uuid   NOT NULL,
    stored_time bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY, -- about in the order of arrival, with holes
    PRIMARY KEY (project_key, call_key)
) WITH (autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX event_call_id ON event_call (id);

-- A row that the readiness check changes to see a commit succeed.
CREATE TABLE store_probe (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    count     bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO store_probe (count) VALUES (0);

-- At most one row: the time that retention by age knew last.
CREATE TABLE retention_time (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    millis    bigint  NOT NULL
);

-- How far each consumer of the event log has read.
CREATE TABLE consumer_position (
    consumer text COLLATE "C" PRIMARY KEY,
    sequence bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What was counted of experiments. Derived from the events: rows may be deleted while all servers are stopped. See TallyStore.
CREATE TABLE result_tally (
    id             bigint           PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    project_key    bigint           NOT NULL,
    experiment     text COLLATE "C" NOT NULL,
    created_time   bigint           NOT NULL,
    started_time   bigint           NOT NULL,
    first_sequence bigint           NOT NULL, -- after which the experiment's events begin
    closed         boolean          NOT NULL DEFAULT false,
    version        integer          NOT NULL DEFAULT 0, -- of the content; 0 while there is none
    generation     bigint           NOT NULL DEFAULT 0, -- how often it was written
    head           bytea            NOT NULL DEFAULT '',
    UNIQUE (project_key, experiment, created_time, started_time)
);

CREATE TABLE result_tally_part (
    tally_id bigint  NOT NULL REFERENCES result_tally ON DELETE CASCADE,
    part     integer NOT NULL,
    content  bytea   NOT NULL,
    PRIMARY KEY (tally_id, part)
);

-- The latest entries and requests that were refused. Texts are UTF-8: a text of PostgreSQL has no character U+0000.
CREATE TABLE rejection (
    id      bigint  PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    time    bigint  NOT NULL,
    project bytea   NOT NULL, -- as the request named it
    entry   integer,
    code    text    NOT NULL,
    message bytea   NOT NULL,
    data    bytea
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
