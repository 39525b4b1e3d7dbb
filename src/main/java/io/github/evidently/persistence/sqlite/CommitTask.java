package io.github.evidently.persistence.sqlite;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that waits for the committer, with its caller and its weight. */
final class CommitTask<T extends @Nullable Object> {

    private static final Logger log = LoggerFactory.getLogger(CommitTask.class);

    final boolean alone;
    final long bytes;
    final CompletableFuture<T> future = new CompletableFuture<>();
    private final WriteTask<T> work;
    private final Consumer<? super T> committed;
    private @Nullable T result;
    private @Nullable EvidentlyException refusal;

    CommitTask(WriteTask<T> work, Consumer<? super T> committed, boolean alone, long bytes) {
        this.work = work;
        this.committed = committed;
        this.alone = alone;
        this.bytes = bytes;
    }

    void execute(Transaction transaction) throws SQLException {
        try {
            result = work.execute(transaction);
        } catch (EvidentlyException e) {
            refusal = e;
        }
    }

    @SuppressWarnings("NullAway") // A result may be null exactly where T may be.
    void succeed() {
        if (refusal != null) {
            future.completeExceptionally(refusal);
            return;
        }
        try {
            committed.accept(result);
            future.complete(result);
        } catch (RuntimeException e) {
            log.error("a change is on disk, but what follows it failed", e);
            future.completeExceptionally(e);
        }
    }

    /**
     * Waits until the work is on disk.
     *
     * @throws EvidentlyException what the work threw
     * @throws InternalServerException when it could not be committed
     */
    T await() {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EvidentlyException known) {
                throw known;
            }
            throw new InternalServerException("The store could not commit the request; it may be sent again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted before the store had committed it");
        }
    }
}
