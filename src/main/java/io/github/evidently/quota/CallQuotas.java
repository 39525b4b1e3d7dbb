package io.github.evidently.quota;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.wire.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the rate limits with a token bucket for each group of operations, and one for each credential.
 *
 * <p>A bucket holds the calls of one second and fills evenly. Thread-safe.
 */
final class CallQuotas {

    private static final String PER_CREDENTIAL = "per-credential";

    private final Quota putProjectEvents;
    private final Quota evaluateFeature;
    private final Quota batchEvaluateFeature;
    private final Quota controlPlane;
    private final int perCredential;
    private final TimeMeter time;
    private final MeterRegistry meters;

    // As many as there are credentials: unknown callers do not come this far.
    private final Map<String, Quota> byCredential = new ConcurrentHashMap<>();

    CallQuotas(QuotaProperties quotas, TimeMeter time, MeterRegistry meters) {
        this.time = time;
        this.meters = meters;
        this.putProjectEvents = new Quota("put-project-events", quotas.putProjectEvents());
        this.evaluateFeature = new Quota("evaluate-feature", quotas.evaluateFeature());
        this.batchEvaluateFeature = new Quota("batch-evaluate-feature", quotas.batchEvaluateFeature());
        this.controlPlane = new Quota("control-plane", quotas.controlPlane());
        this.perCredential = quotas.perCredential();
    }

    /**
     * Takes a token for a call.
     *
     * @param accessKeyId of the caller; null when unknown
     * @throws ThrottlingException when there is none
     */
    void require(Operation operation, @Nullable String accessKeyId) {
        Quota ofCaller = accessKeyId == null || perCredential == 0
                ? null
                : byCredential.computeIfAbsent(accessKeyId, _ -> new Quota(PER_CREDENTIAL, perCredential));
        // The caller's first, so that a caller over its limit takes no tokens of the others.
        if (ofCaller != null) {
            ofCaller.take();
        }
        try {
            group(operation).take();
        } catch (ThrottlingException e) {
            if (ofCaller != null) {
                ofCaller.giveBack();
            }
            throw e;
        }
    }

    private Quota group(Operation operation) {
        return switch (operation.rateLimit()) {
            case PUT_PROJECT_EVENTS -> putProjectEvents;
            case EVALUATE_FEATURE -> evaluateFeature;
            case BATCH_EVALUATE_FEATURE -> batchEvaluateFeature;
            case CONTROL_PLANE -> controlPlane;
        };
    }

    /** A number of calls per second; its code is the name of its property. */
    private final class Quota {

        private final String code;
        private final @Nullable Bucket bucket;
        private final Counter throttled;

        Quota(String code, int perSecond) {
            this.code = code;
            this.bucket = perSecond == 0
                    ? null
                    : Bucket.builder()
                            .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                            .withCustomTimePrecision(time)
                            .build();
            this.throttled = Counter.builder("evidently.calls.throttled")
                    .description("Calls that were refused because a quota was used up")
                    .tag("quota", code)
                    .register(meters);
        }

        void take() {
            if (bucket != null) {
                ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
                if (!probe.isConsumed()) {
                    throttled.increment();
                    throw new ThrottlingException(
                            "Rate exceeded",
                            Duration.ofNanos(probe.getNanosToWaitForRefill()),
                            AccountQuotas.SERVICE_CODE,
                            code);
                }
            }
        }

        void giveBack() {
            if (bucket != null) {
                bucket.addTokens(1);
            }
        }
    }
}
