package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.RejectionLog;
import io.github.evidently.persistence.RejectionLogContract;
import io.github.evidently.persistence.StoreProperties;
import org.junit.jupiter.api.AfterEach;

class PostgresqlRejectionLogTest extends RejectionLogContract {

    private final StoreProperties properties = PostgresqlServer.newStore();
    private final ConnectionPool pool =
            new ConnectionPool(new PostgresqlConnections(properties, SessionLimits.POOL), 4);

    @Override
    protected RejectionLog open() {
        new SchemaMigration(new PostgresqlConnections(properties, SessionLimits.MIGRATION)).migrate();
        return new PostgresqlRejectionLog(pool);
    }

    @AfterEach
    void close() {
        pool.close();
    }
}
