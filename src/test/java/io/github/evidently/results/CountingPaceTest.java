package io.github.evidently.results;

import static io.github.evidently.results.ExperimentFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountingPaceTest {

    private static final long RUN_NANOS = 8_000_000;

    @Test
    void restsThreeTimesAsLongAsARunTook() {
        assertThat(CountingPace.rest(RUN_NANOS, 0)).isEqualTo(Duration.ofMillis(24));
    }

    @Test
    void restsLessTheFurtherItIsBehind() {
        assertThat(CountingPace.rest(RUN_NANOS, CountingPace.BEHIND_MAX / 2)).isEqualTo(Duration.ofMillis(12));
        assertThat(CountingPace.rest(RUN_NANOS, CountingPace.BEHIND_MAX)).isZero();
        assertThat(CountingPace.rest(RUN_NANOS, 30 * CountingPace.BEHIND_MAX)).isZero();
    }

    /** A run takes long when the thread had to wait for a processor. */
    @Test
    void restsAtMostATenthOfASecond() {
        assertThat(CountingPace.rest(Duration.ofMinutes(1).toNanos(), 0)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void restsAfterEachRunOfEvents() {
        EventLogFixture events = new EventLogFixture();
        events.createProject("p");
        for (int i = 0; i < 5_000; i++) {
            ExperimentFixture.append(events, "p", EventType.CUSTOM, START, START, "{}");
        }
        List<Duration> rests = new ArrayList<>();
        ExperimentTally tally = ExperimentFixture.tally();
        new EventCounting(
                        events,
                        Map.of("p", List.of(tally)),
                        Map.of("p", new EventReader(List.of(tally.experiment()), null)),
                        new CountingPace(rests::add))
                .count(0, 5_000, 5_000);
        assertThat(rests).hasSize(2);
        assertThat(tally.sequence()).isEqualTo(5_000);
    }
}
