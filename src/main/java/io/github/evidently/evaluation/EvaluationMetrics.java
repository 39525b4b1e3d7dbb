package io.github.evidently.evaluation;

import io.github.evidently.evaluation.Evaluation.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts evaluations by their reason. */
@Component
class EvaluationMetrics {

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    EvaluationMetrics(MeterRegistry meters) {
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("evidently.evaluations")
                            .description("Evaluations by what decided")
                            .tag("reason", reason.name())
                            .register(meters));
        }
    }

    void evaluated(Reason reason) {
        Counter counter = counters.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
