package io.github.evidently.state;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the control plane's state.
 *
 * @param sizeMax the maximum length of all resources together, in characters of JSON; by default what fits in a tenth of
 *     the heap
 */
@ConfigurationProperties("evidently.state")
public record StateProperties(DataSize sizeMax) {

    /**
     * The share of the heap: a character of JSON takes seven bytes (live heap of 20,000 features, with their
     * evaluators).
     */
    private static final int HEAP_SHARE = 70;

    private static final DataSize MIN = DataSize.ofMegabytes(1);

    public StateProperties(@Nullable DataSize sizeMax) {
        this.sizeMax = sizeMax == null ? ofHeap(Runtime.getRuntime().maxMemory()) : sizeMax;
        if (this.sizeMax.compareTo(MIN) < 0) {
            throw new IllegalArgumentException("evidently.state.size-max must be at least 1MB");
        }
    }

    private static DataSize ofHeap(long heapSize) {
        return DataSize.ofBytes(Math.max(MIN.toBytes(), heapSize / HEAP_SHARE));
    }
}
