package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.Write;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The projects that accept events, as of the last commit. Changed only by the committer's thread. */
final class OpenLogs {

    private final Set<Long> projectKeys = ConcurrentHashMap.newKeySet();

    OpenLogs(Database database) {
        projectKeys.addAll(database.read(client ->
                client.sql("SELECT project_id FROM open_log").query(Long.class).list()));
    }

    boolean contains(long projectKey) {
        return projectKeys.contains(projectKey);
    }

    void committed(List<Write> writes) {
        for (Write write : writes) {
            switch (write) {
                case Write.OpenLog(long key, String _) -> projectKeys.add(key);
                case Write.CloseLog(long key) -> projectKeys.remove(key);
                case Write.Put _, Write.Remove _ -> {}
            }
        }
    }
}
