package io.github.evidently.state;

import java.util.Set;

/**
 * Notified of each change after it is durable and before it is visible.
 *
 * <p>It runs on the thread of the caller, so the next change waits for it; events and evaluations do not.
 */
@FunctionalInterface
public interface StateListener {

    /**
     * The state has changed.
     *
     * @param before what the listener was told last, or the first state
     * @param after not yet {@link ControlPlane#current}
     * @param projects the names of the projects in which something has changed; empty for what belongs to the account
     */
    void changed(State before, State after, Set<String> projects);
}
