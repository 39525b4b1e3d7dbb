package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.EventLogProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Periodically deletes, in small steps, what is no longer visible or needed. Of several nodes one does at a time. */
final class Housekeeping implements AutoCloseable {

    private static final int PAUSE_SECONDS = 10;
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(1);
    private static final String SIZE = """
            SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            """;
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private final ConnectionPool pool;
    private final Retention retention;
    private final RetryWindow calls;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("evidently-housekeeping").factory());
    private final ScheduledFuture<?> schedule;
    private volatile double size = Double.NaN;

    Housekeeping(ConnectionPool pool, EventLogProperties properties, MeterRegistry meters) {
        this.pool = pool;
        this.retention = new Retention(properties, meters);
        this.calls = new RetryWindow(properties);
        Gauge.builder("evidently.store.size", this, housekeeping -> housekeeping.size)
                .description("Size of the tables and indexes in the database")
                .baseUnit("bytes")
                .register(meters);
        this.schedule = thread.scheduleWithFixedDelay(this::runQuietly, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs once. What fails because the database is away is done later. */
    private void runQuietly() {
        try {
            run();
        } catch (RuntimeException e) {
            log.debug("housekeeping goes on later", e);
        }
    }

    /** Deletes what there is to delete, unless another node does. */
    void run() {
        boolean _ = pool.onConnection(connection -> {
            JdbcClient client = ConnectionPool.client(connection);
            retention.observe(client, System.nanoTime());
            size = client.sql(SIZE).query(Long.class).single();
            return runAlone(client);
        });
    }

    /** When something fails, the connection is closed, which frees the lock. */
    private boolean runAlone(JdbcClient client) {
        if (!client.sql(Locks.TRY_HOUSEKEEPING).query(Boolean.class).single()) {
            return false;
        }
        DeletedEventsPurge.run(client);
        retention.remove(client, System.nanoTime());
        calls.forget(client);
        return client.sql(Locks.END_HOUSEKEEPING).query(Boolean.class).single();
    }

    @Override
    public void close() {
        schedule.cancel(false);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("housekeeping is cut short; the next one goes on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
