-- Segments, features, launches and experiments: what each is, as JSON, is the matter of its module.
CREATE TABLE resource (
    kind     TEXT NOT NULL, -- as in its ARN
    project  TEXT NOT NULL, -- a project's name; empty for segments
    name     TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, project, name)
) STRICT, WITHOUT ROWID;
