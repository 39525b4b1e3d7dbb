package io.github.evidently.persistence;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores the tallies of experiments, which can be rebuilt from the event log.
 *
 * <p>Several nodes may count the same experiment, with the same outcome, and each may write what it has: a write names the generation
 * that it is based on and is refused when another node has written since. Implementations are thread-safe. A tally that is being
 * written when the server is killed is found as it was written before.
 */
public interface TallyStore {

    /** Which execution of which experiment; another one of the same name has another project id or other times. */
    record ExecutionKey(long projectId, String experiment, Instant created, Instant started) {}

    /**
     * What is known of a tally without reading it.
     *
     * @param firstSequence after which the events of the experiment begin
     * @param closed whether nothing is counted any more
     */
    record TallyEntry(long id, ExecutionKey key, long firstSequence, boolean closed) {}

    /**
     * A tally as it was written.
     *
     * @param generation how often the tally was written
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Content(long generation, byte[] head, Map<Integer, byte[]> parts) {}

    /** All that there are. */
    List<TallyEntry> list();

    /** Remembers an experiment that has begun; returns what another node has remembered of it, if that was first. */
    TallyEntry create(ExecutionKey key, long firstSequence);

    /** Returns how often a tally was written; 0 when never, or when there is none. */
    long generation(TallyEntry entry);

    /**
     * Writes a tally: its head, and the parts that have changed since the generation.
     *
     * @param generation that the parts are based on, which the caller has read or written
     * @param isNew whether what was written before is void; it must be of that generation all the same
     * @return whether it is written, as the generation after that one; false when the tally is of another generation or was deleted
     */
    boolean write(
            TallyEntry entry,
            long generation,
            int version,
            boolean closed,
            byte[] head,
            Map<Integer, byte[]> parts,
            boolean isNew);

    /**
     * The tally as it was last written.
     *
     * @return null when there is none of that version
     * @throws IOException when it cannot be read
     */
    @Nullable
    Content read(TallyEntry entry, int version) throws IOException;

    /** Forgets a tally. */
    void delete(TallyEntry entry);
}
