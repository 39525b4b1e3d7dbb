package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WaitingSamplesTest {

    private record Sample(int metric, long entity, double value, long receivedTime, Example event) {}

    /** Against a list: added, removed from the front, and removed by entity, some of which share a bucket. */
    @Test
    void isAListThatFindsTheSamplesOfAnEntity() {
        Random random = new Random(7);
        WaitingSamples waiting = new WaitingSamples();
        List<Sample> expected = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            long entity = 1 + random.nextInt(50) * 16L;
            int kind = random.nextInt(step % 2_000 < 1_000 ? 4 : 12);
            if (kind == 0) {
                int done = random.nextInt(3);
                waiting.removeIf(entity, (metric, _, _) -> metric != done);
                expected.removeIf(sample -> sample.entity == entity && sample.metric != done);
            } else if (kind < 3 && !expected.isEmpty()) {
                Sample first = expected.removeFirst();
                assertThat(new Sample(
                                waiting.firstMetric(),
                                waiting.firstEntity(),
                                waiting.firstValue(),
                                waiting.firstReceivedTime(),
                                waiting.firstEvent()))
                        .isEqualTo(first);
                assertThat(waiting.firstTime()).isEqualTo(first.event.timestamp());
                waiting.removeFirst();
            } else {
                Sample added = new Sample(step % 3, entity, step / 2.0, step, new Example(step, 2L * step, "{}"));
                waiting.add(added.metric, added.entity, added.value, added.receivedTime, added.event);
                expected.add(added);
            }
            assertThat(waiting.size()).isEqualTo(expected.size());
        }

        List<Sample> found = new ArrayList<>();
        waiting.forEach((metric, entity, value, receivedTime, event) ->
                found.add(new Sample(metric, entity, value, receivedTime, event)));
        assertThat(found).isNotEmpty().isEqualTo(expected);
    }
}
