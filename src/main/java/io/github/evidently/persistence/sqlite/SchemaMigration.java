package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/** Migrates the schema of the database to the version that this server knows. */
final class SchemaMigration {

    private final Path database;
    private final Flyway flyway;

    SchemaMigration(Path database, DataSource dataSource) {
        this.database = database;
        this.flyway = Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                // A schema from a later version must stop the start, not be overlooked.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }

    void migrate() {
        flyway.migrate();
    }

    /**
     * Explains a failure to open the database, if this is why.
     *
     * @throws StoreUnusableException when a newer version of the server has written the database
     */
    void requireNotNewer() {
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
                    "The database " + database.toAbsolutePath()
                            + " was written by a newer version of the server: its schema has version " + applied
                            + ", and this server knows versions up to " + known + ".",
                    "Start the newer version, restore a backup from before the upgrade, or set evidently.store.directory"
                            + " (EVIDENTLY_STORE_DIRECTORY) to another directory.",
                    null);
        }
    }
}
