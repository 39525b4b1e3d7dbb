package io.github.evidently.persistence;

import io.github.evidently.error.InternalServerException;
import java.util.List;
import java.util.Set;

/**
 * The latest rejections, of all servers that use the store. They explain why an event is missing; nothing is computed from them.
 *
 * <p>A store of one server keeps them in memory. A shared store keeps them beside the events, in transactions of their own that need
 * not wait for the disk. Any text is kept as it is, including the character U+0000. Implementations are thread-safe and pass
 * {@code RejectionLogContract}.
 */
public interface RejectionLog {

    /** The number of rejections that are kept. */
    int KEPT_MAX = 1_000;

    /**
     * Adds rejections and drops the oldest beyond {@value #KEPT_MAX}.
     *
     * @param rejections the oldest first, at least one and at most {@value #KEPT_MAX}
     * @throws InternalServerException when the store cannot commit; then they are lost
     */
    void add(List<Rejection> rejections);

    /** Returns the rejections that are kept, those that were added last first. */
    List<Rejection> latestFirst();

    /** Removes all. */
    void clear();

    /**
     * Removes those of a project.
     *
     * @param references how requests name it
     */
    void clear(Set<String> references);
}
