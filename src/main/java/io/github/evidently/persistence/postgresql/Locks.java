package io.github.evidently.persistence.postgresql;

/**
 * Advisory locks, which the server keeps in memory and frees with their transaction or session. Each is of one schema, by the
 * number of a table in it.
 */
final class Locks {

    /** Held by transactions that append events, while they need open logs to stay open. */
    static final String SHARE_OPEN_LOGS =
            "SELECT pg_advisory_xact_lock_shared(4501, 'open_log'::regclass::oid::integer)";

    /** Held by a transaction that closes logs: it waits for those that append, and they wait for it. */
    static final String HOLD_OPEN_LOGS = "SELECT pg_advisory_xact_lock(4501, 'open_log'::regclass::oid::integer)";

    /** True for one session at a time: the one that removes what nobody needs. */
    static final String TRY_HOUSEKEEPING = "SELECT pg_try_advisory_lock(4502, 'open_log'::regclass::oid::integer)";

    static final String END_HOUSEKEEPING = "SELECT pg_advisory_unlock(4502, 'open_log'::regclass::oid::integer)";

    private Locks() {}
}
