-- One row: how many writes of documents were ever committed.
CREATE TABLE document_version (
    version INTEGER NOT NULL
) STRICT;

-- The key of a project is the number of the write that made it. None is used again, so that events of a deleted project stay
-- apart.
INSERT INTO document_version (version)
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'project'), 0);

-- The projects whose events are taken and shown.
CREATE TABLE open_log (
    project_id INTEGER PRIMARY KEY,
    name       TEXT NOT NULL
) STRICT;

INSERT INTO open_log (project_id, name)
SELECT id, name FROM project;

-- Projects are documents like the rest.
INSERT INTO resource (kind, project, name, document)
SELECT 'project', '', name, json_object(
    'key', id,
    'name', name,
    'description', description,
    'createdTime', strftime('%Y-%m-%dT%H:%M:%fZ', created_time / 1000.0, 'unixepoch'),
    'lastUpdatedTime', strftime('%Y-%m-%dT%H:%M:%fZ', last_updated_time / 1000.0, 'unixepoch'),
    'appConfigResource', json(app_config_resource),
    'dataDelivery', json(data_delivery),
    'tags', json(tags))
FROM project;

DROP TABLE project;

-- How far each consumer of the event log has read.
CREATE TABLE consumer_position (
    consumer TEXT    NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
