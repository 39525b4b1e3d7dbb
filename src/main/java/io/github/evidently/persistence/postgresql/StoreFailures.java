package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.persistence.StoreUnusableException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what failures of the database mean, to clients and to operators. */
final class StoreFailures {

    static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final Logger log = LoggerFactory.getLogger(StoreFailures.class);

    private StoreFailures() {}

    /** Returns what a client is told when a read or a change failed. */
    static EvidentlyException answer(@Nullable Throwable failure) {
        if (failure instanceof EvidentlyException known) {
            return known;
        }
        log.debug("the database failed", failure);
        return isAway(failure)
                ? new ServiceUnavailableException("The store cannot be reached; the request may be sent again")
                : new InternalServerException("The store could not commit the request; it may be sent again");
    }

    /** Tells whether the database could not be reached, or went away, or is starting or stopping, or takes no change now. */
    static boolean isAway(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreUnusableException
                    || (cause instanceof SQLException e && isAway(e.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAway(@Nullable String state) {
        return state != null
                && (state.startsWith("08") // connection
                        || state.startsWith("57P0") // stopped, crashed, starting
                        || state.equals("57014") // statement_timeout
                        || state.equals("55P03") // lock_timeout
                        || state.equals("25P03") // idle_in_transaction_session_timeout
                        || state.equals("25P04") // transaction_timeout
                        || state.equals("25006") // a primary that became a standby
                        || state.equals("53300")); // too many connections
    }

    /** Returns the exception that stops the start. */
    static StoreUnusableException cannotOpen(String place, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreUnusableException known) {
                return known;
            }
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                return cannotOpen(place, e, e.getSQLState());
            }
        }
        return new StoreUnusableException(
                "The store, " + place + ", cannot be opened: " + StoreUnusableException.reason(failure) + ".",
                "Check the log of PostgreSQL.",
                failure);
    }

    private static StoreUnusableException cannotOpen(String place, SQLException failure, String state) {
        if (state.startsWith("28")) {
            return new StoreUnusableException(
                    "The store, " + place + ", refuses the role or its password.",
                    "Check evidently.store.username and evidently.store.password (EVIDENTLY_STORE_PASSWORD) or"
                            + " evidently.store.password-file.",
                    failure);
        }
        if (state.equals("3D000")) {
            return new StoreUnusableException(
                    "The store, " + place + ", has no database of that name.",
                    "Create it, or correct evidently.store.url (EVIDENTLY_STORE_URL).",
                    failure);
        }
        if (state.equals(INSUFFICIENT_PRIVILEGE)) {
            return new StoreUnusableException(
                    "The role of the store, " + place + ", may not create tables in its schema.",
                    "Give it a schema of its own: CREATE SCHEMA AUTHORIZATION its-name.",
                    failure);
        }
        if (isAway(state)) {
            return new StoreUnusableException(
                    "The store, " + place + ", cannot be reached.",
                    "Start PostgreSQL, or correct evidently.store.url (EVIDENTLY_STORE_URL).",
                    failure);
        }
        return new StoreUnusableException(
                "The store, " + place + ", cannot be opened: " + StoreUnusableException.reason(failure) + ".",
                "Check the log of PostgreSQL.",
                failure);
    }
}
