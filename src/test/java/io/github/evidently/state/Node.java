package io.github.evidently.state;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.SharedPersistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import java.time.Duration;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** What a node has of the control plane, without resources. */
public final class Node implements AutoCloseable {

    private static final Duration STALENESS_MAX = Duration.ofSeconds(5);

    private final Persistence persistence;
    private final ControlPlane controlPlane;
    private final SharedValues values;
    private final StateRefresh refresh;

    /** The only node of a store in memory. */
    public Node() {
        this(new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals()));
    }

    private Node(Persistence persistence) {
        this.persistence = persistence;
        this.controlPlane =
                new ControlPlane(persistence.documents(), List.of(), new StateProperties(DataSize.ofMegabytes(1)));
        this.values = new SharedValues(controlPlane, persistence);
        this.refresh = new StateRefresh(controlPlane, persistence.documents(), persistence.isShared(), STALENESS_MAX);
    }

    /** One of several nodes of a store. */
    public static Node of(Persistence store) {
        return new Node(new SharedPersistence(store));
    }

    public Persistence persistence() {
        return persistence;
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    public SharedValues values() {
        return values;
    }

    public StateRefresh refresh() {
        return refresh;
    }

    @Override
    public void close() {
        refresh.close();
    }
}
