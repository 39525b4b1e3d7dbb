package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.StoreUnusableException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/** Migrates the schema to the version that this server knows. Of several nodes that start at once one does, under Flyway's lock. */
final class SchemaMigration {

    private final PostgresqlConnections connections;
    private final Flyway flyway;

    SchemaMigration(PostgresqlConnections connections) {
        this.connections = connections;
        this.flyway = Flyway.configure()
                .dataSource(connections)
                .locations("classpath:db/postgresql")
                // A schema from a later version must stop the start, not be overlooked.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }

    /** @throws StoreUnusableException when the schema cannot be brought to the version */
    void migrate() {
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            if (e.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
                throw new StoreUnusableException(
                        "The schema of the store, " + connections.description() + ", has tables of another program.",
                        "Give the server a schema of its own, and name it in the URL: ?currentSchema=evidently.",
                        null);
            }
            if (e.getErrorCode() == CoreErrorCode.VALIDATE_ERROR) {
                requireNotNewer();
            }
            throw e;
        }
    }

    private void requireNotNewer() {
        MigrationVersion known = MigrationVersion.EMPTY;
        MigrationVersion applied = MigrationVersion.EMPTY;
        for (MigrationInfo migration : flyway.info().all()) { // In the order of their versions.
            if (migration.getState().isResolved()) {
                known = migration.getVersion();
            }
            if (migration.getState().isApplied()) {
                applied = migration.getVersion();
            }
        }
        if (applied.compareTo(known) > 0) {
            throw new StoreUnusableException(
                    "The store, " + connections.description()
                            + ", was written by a newer version of the server: its schema has version " + applied
                            + ", and this server knows versions up to " + known + ".",
                    "Start the newer version, or restore a backup from before the upgrade.",
                    null);
        }
    }
}
