package io.github.evidently.results;

import io.github.evidently.statistics.ClusterSums;
import java.util.Arrays;

/** The numbers of entities by treatment. */
final class EntityCounts {

    /** Entities that had only one treatment. */
    final long[] evaluated;

    /** By metric and treatment: as counts those that had one treatment only, as sums those of them that have a sample. */
    final ClusterSums[][] converted;

    /** Entities that were seen in several treatments. */
    long mixed;

    EntityCounts(int treatments, int metrics) {
        this.evaluated = new long[treatments];
        this.converted = new ClusterSums[metrics][treatments];
        for (ClusterSums[] ofMetric : converted) {
            Arrays.setAll(ofMetric, _ -> new ClusterSums());
        }
    }
}
