package io.github.evidently.persistence.sqlite;

import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Periodically deletes from the disk, in small steps, what is no longer visible. */
final class Housekeeping implements AutoCloseable {

    private static final int PAUSE_SECONDS = 10;
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("evidently-housekeeping").factory());
    private final ScheduledFuture<?> schedule;

    Housekeeping(DeletedEventsPurge deletedEvents, Retention retention, RetryWindow calls, Clock clock) {
        retention.begin(clock.instant(), System.nanoTime());
        this.schedule = thread.scheduleWithFixedDelay(
                () -> {
                    runQuietly(deletedEvents::run);
                    runQuietly(() -> retention.run(clock.instant(), System.nanoTime()));
                    runQuietly(() -> calls.forget(System.nanoTime()));
                },
                PAUSE_SECONDS,
                PAUSE_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        schedule.cancel(false);
        thread.shutdown();
    }

    /** Runs a task. One that fails because the store cannot commit is run later. */
    private static void runQuietly(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.debug("housekeeping goes on later", e);
        }
    }
}
