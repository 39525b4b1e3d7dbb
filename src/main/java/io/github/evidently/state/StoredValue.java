package io.github.evidently.state;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** A value in a document of the control plane, which brings it to all nodes. */
final class StoredValue<T> implements SharedValue<T>, StateListener {

    private final ControlPlane controlPlane;
    private final String name;
    private final Class<T> type;
    private final T initial;
    private final Consumer<T> listener;
    private volatile T value;

    StoredValue(ControlPlane controlPlane, String name, Class<T> type, T initial, Consumer<T> listener) {
        this.controlPlane = controlPlane;
        this.name = name;
        this.type = type;
        this.initial = initial;
        this.listener = listener;
        this.value = initial;
        controlPlane.onChange(this);
        State current = controlPlane.current();
        if (document(current).isPresent()) {
            set(current);
        }
    }

    @Override
    public T get() {
        return value;
    }

    @Override
    public T update(UnaryOperator<T> change) {
        return controlPlane.change(state -> {
            T before = read(state);
            T after = change.apply(before);
            return after.equals(before)
                    ? Change.of(after)
                    : Change.of(after)
                            .andPut(
                                    SharedDocument.KIND,
                                    new SharedDocument(name, ControlPlane.MAPPER.valueToTree(after)));
        });
    }

    @Override
    public void changed(State before, State after, Set<String> projects) {
        if (!json(before).equals(json(after))) {
            set(after);
        }
    }

    private void set(State state) {
        T next = read(state);
        listener.accept(next);
        value = next;
    }

    private T read(State state) {
        return document(state)
                .map(document -> ControlPlane.MAPPER.treeToValue(document.value(), type))
                .orElse(initial);
    }

    private JsonNode json(State state) {
        return document(state).map(SharedDocument::value).orElse(NullNode.getInstance());
    }

    private Optional<SharedDocument> document(State state) {
        return state.find(SharedDocument.KIND, "", name);
    }
}
