-- What was counted of experiments, so that the log need not be read again after a restart. Derived from the events: rows may
-- be deleted while the server is stopped. See TallyStore.
CREATE TABLE result_tally (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id     INTEGER NOT NULL,
    experiment     TEXT    NOT NULL,
    created_time   INTEGER NOT NULL,
    started_time   INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL, -- after which the experiment's events begin
    closed         INTEGER NOT NULL, -- 1 when nothing is counted any more
    version        INTEGER NOT NULL, -- of the content; 0 while there is none
    generation     INTEGER NOT NULL, -- the last that was written completely
    head           BLOB    NOT NULL
) STRICT;

-- The content in parts, of which the last up to the tally's generation counts.
CREATE TABLE result_tally_part (
    tally_id   INTEGER NOT NULL,
    part       INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    content    BLOB    NOT NULL
) STRICT;

CREATE INDEX result_tally_part_place ON result_tally_part (tally_id, part, generation);
