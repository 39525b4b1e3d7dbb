package io.github.evidently.state;

import io.github.evidently.persistence.Persistence;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** Makes the values that all nodes share: see ADR 56. */
@Component
public final class SharedValues {

    private final ControlPlane controlPlane;
    private final boolean isShared;

    public SharedValues(ControlPlane controlPlane, Persistence persistence) {
        this.controlPlane = controlPlane;
        this.isShared = persistence.isShared();
    }

    /** Tells whether there may be other nodes. */
    public boolean isShared() {
        return isShared;
    }

    /**
     * Opens a value.
     *
     * @param name the same on all nodes, and of no other value
     * @param initial the value before the first change
     * @param listener is told of each next value, by any node, before {@link SharedValue#get} returns it; one call at a time
     */
    public <T> SharedValue<T> open(String name, Class<T> type, T initial, Consumer<T> listener) {
        return isShared
                ? new StoredValue<>(controlPlane, name, type, initial, listener)
                : new LocalValue<>(initial, listener);
    }

    /** Opens a value without a listener. */
    public <T> SharedValue<T> open(String name, Class<T> type, T initial) {
        return open(name, type, initial, _ -> {});
    }
}
