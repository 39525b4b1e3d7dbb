package io.github.evidently.state;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A value in memory. */
final class LocalValue<T> implements SharedValue<T> {

    private final Consumer<T> listener;
    private volatile T value;

    LocalValue(T initial, Consumer<T> listener) {
        this.value = initial;
        this.listener = listener;
    }

    @Override
    public T get() {
        return value;
    }

    @Override
    public synchronized T update(UnaryOperator<T> change) {
        T next = change.apply(value);
        listener.accept(next);
        value = next;
        return next;
    }
}
