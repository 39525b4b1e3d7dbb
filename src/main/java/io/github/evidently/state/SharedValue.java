package io.github.evidently.state;

import io.github.evidently.error.EvidentlyException;
import java.util.function.UnaryOperator;

/**
 * A small immutable value that all nodes see, such as the setting of the test clock.
 *
 * <p>Where nodes share a store, the value is kept there: {@link #update} returns when the change is durable, this node sees it then,
 * and the others soon afterwards. On a store of one node it is in memory and is gone with the process. Thread-safe.
 *
 * @param <T> a record that Jackson writes and reads
 */
public interface SharedValue<T> {

    /** Returns the value as far as this node knows; takes no lock and no query. */
    T get();

    /**
     * Changes the value.
     *
     * @param change makes the next value of the one before, or refuses by an exception. It is pure and may be called again.
     * @return the next value
     * @throws EvidentlyException what the change threw, or what {@link ControlPlane#change} throws
     */
    T update(UnaryOperator<T> change);
}
