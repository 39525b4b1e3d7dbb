-- At most one row: the time that retention by age knew last, in milliseconds since 1970.
CREATE TABLE retention_time (
    millis INTEGER NOT NULL
) STRICT;
