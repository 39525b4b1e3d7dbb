package io.github.evidently.persistence.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes to the database, on the committer's thread; it must not block on anything else.
 *
 * @param <T> the result that the caller gets once the changes are on disk
 */
@FunctionalInterface
interface WriteTask<T extends @Nullable Object> {

    /**
     * Makes the changes.
     *
     * @throws io.github.evidently.error.EvidentlyException to refuse the request; must come before the first change
     * @throws SQLException when the database fails; the whole transaction is rolled back
     */
    T execute(Transaction transaction) throws SQLException;
}
