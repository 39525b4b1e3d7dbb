package io.github.evidently.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.bucket4j.TimeMeter;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.wire.Operation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallQuotasTest {

    private static final String WRITER = "WRITER";
    private static final String READER = "READER";

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TimeMeter time = new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    };

    @Test
    void asManyCallsAsAllowedGetThroughInASecond() {
        CallQuotas quotas = quotas(4, 0, 0, 0, 0);

        assertThat(callsUntilRefused(quotas, "PutProjectEvents", null)).isEqualTo(4);
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(callsUntilRefused(quotas, "PutProjectEvents", null)).isEqualTo(2);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(callsUntilRefused(quotas, "PutProjectEvents", null)).isEqualTo(4);
        assertThat(meters.counter("evidently.calls.throttled", "quota", "put-project-events")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void theAnswerTellsWhichQuotaAndHowLongToWait() {
        CallQuotas quotas = quotas(2, 0, 0, 0, 0);
        callsUntilRefused(quotas, "PutProjectEvents", null);

        ThrottlingException refusal = catchThrowableOfType(
                ThrottlingException.class, () -> quotas.require(Operation.named("PutProjectEvents"), null));

        assertThat(refusal).hasMessage("Rate exceeded");
        assertThat(refusal.serviceCode()).isEqualTo("evidently");
        assertThat(refusal.quotaCode()).isEqualTo("put-project-events");
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void eachGroupHasItsOwn() {
        CallQuotas quotas = quotas(1, 2, 3, 4, 0);

        assertThat(callsUntilRefused(quotas, "PutProjectEvents", null)).isEqualTo(1);
        assertThat(callsUntilRefused(quotas, "EvaluateFeature", null)).isEqualTo(2);
        assertThat(callsUntilRefused(quotas, "BatchEvaluateFeature", null)).isEqualTo(3);
        quotas.require(Operation.named("CreateProject"), null);
        quotas.require(Operation.named("ListSegments"), null);
        quotas.require(Operation.named("TestSegmentPattern"), null);
        quotas.require(Operation.named("GetExperimentResults"), null);
        for (Operation operation : Operation.ALL) {
            assertThatThrownBy(() -> quotas.require(operation, null)).isInstanceOf(ThrottlingException.class);
        }
    }

    @Test
    void aCredentialThatCallsTooOftenTakesNoPlaceOfTheOthers() {
        CallQuotas quotas = quotas(3, 0, 0, 0, 2);

        assertThat(callsUntilRefused(quotas, "PutProjectEvents", WRITER)).isEqualTo(2);
        assertThatThrownBy(() -> quotas.require(Operation.named("GetProject"), WRITER))
                .extracting("quotaCode")
                .isEqualTo("per-credential");
        assertThat(callsUntilRefused(quotas, "PutProjectEvents", READER)).isEqualTo(1);
        // What the group refused did not count for the reader.
        quotas.require(Operation.named("GetProject"), READER);
        assertThatThrownBy(() -> quotas.require(Operation.named("GetProject"), READER))
                .isInstanceOf(ThrottlingException.class);
    }

    @Test
    void zeroIsNoQuota() {
        CallQuotas quotas = quotas(0, 0, 0, 0, 0);

        for (int i = 0; i < 10_000; i++) {
            quotas.require(Operation.named("PutProjectEvents"), WRITER);
        }
    }

    private CallQuotas quotas(int put, int evaluate, int batchEvaluate, int controlPlane, int perCredential) {
        return new CallQuotas(
                new QuotaProperties(put, evaluate, batchEvaluate, controlPlane, perCredential, 0, 0, 0, 0, 0, 0, 0),
                time,
                meters);
    }

    private static int callsUntilRefused(CallQuotas quotas, String operation, String accessKeyId) {
        for (int calls = 0; ; calls++) {
            try {
                quotas.require(Operation.named(operation), accessKeyId);
            } catch (ThrottlingException e) {
                return calls;
            }
        }
    }
}
