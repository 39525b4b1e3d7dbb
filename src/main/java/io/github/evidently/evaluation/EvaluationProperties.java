package io.github.evidently.evaluation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of evaluations.
 *
 * @param queueMemoryMax how much memory the events of evaluations may take while they wait for the disk; events beyond
 *     that are lost, and counted
 */
@ConfigurationProperties("evidently.evaluation")
record EvaluationProperties(@DefaultValue("8MB") DataSize queueMemoryMax) {

    private static final DataSize MIN = DataSize.ofMegabytes(1);
    private static final DataSize MAX = DataSize.ofMegabytes(1024);

    EvaluationProperties {
        if (queueMemoryMax.compareTo(MIN) < 0 || queueMemoryMax.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("evidently.evaluation.queue-memory-max must be from " + MIN.toMegabytes()
                    + "MB to " + MAX.toMegabytes() + "MB");
        }
    }
}
