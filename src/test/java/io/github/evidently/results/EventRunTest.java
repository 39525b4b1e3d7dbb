package io.github.evidently.results;

import static io.github.evidently.results.ExperimentFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.StoredEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventRunTest {

    private static final UUID BATCH = EventIds.newBatchId();

    /** How many events are read before tallies count them must not show. */
    @Test
    void givesTheSameTallyInRunsOfAnyLength() {
        List<StoredEvent> events = events(new Random(1), 40_000);

        TallyCodec.Written alone = written(events, 1);

        for (int length : new int[] {2, 7, 1_000, 50_000}) {
            TallyCodec.Written together = written(events, length);
            assertThat(together.head()).as("head with runs of %s", length).isEqualTo(alone.head());
            assertThat(together.parts().keySet()).isEqualTo(alone.parts().keySet());
            together.parts()
                    .forEach((part, bytes) -> assertThat(bytes)
                            .as("part %s with runs of %s", part, length)
                            .isEqualTo(alone.parts().get(part)));
        }
    }

    @Test
    void endsWhereATallyStands() {
        EventRun run = new EventRun(reader(), 10);
        StoredEvent event = events(new Random(1), 1).getFirst();

        run.begin(event.sequence() + 1);
        run.add(event);

        assertThat(run.hasRoomFor(event.sequence() + 1)).isTrue();
        assertThat(run.hasRoomFor(event.sequence() + 2)).isFalse();
    }

    private static EventReader reader() {
        return new EventReader(List.of(ExperimentFixture.experiment()), null);
    }

    private static TallyCodec.Written written(List<StoredEvent> events, int length) {
        ExperimentTally tally = ExperimentFixture.tally();
        EventRun run = new EventRun(reader(), length);
        run.begin(Long.MAX_VALUE);
        for (StoredEvent event : events) {
            if (!run.hasRoomFor(event.sequence())) {
                tally.count(run);
                run.clear();
            }
            run.add(event);
        }
        tally.count(run);
        assertThat(Arrays.stream(tally.outcomes[0]).filter(count -> count > 0).count())
                .as("different outcomes")
                .isGreaterThan(6);
        return TallyCodec.write(tally);
    }

    /** More samples without an evaluation in a few seconds than there is room for, then a pause, and so on. */
    private static List<StoredEvent> events(Random random, int count) {
        List<StoredEvent> events = new ArrayList<>();
        long received = START.toEpochMilli();
        for (int i = 1; i <= count; i++) {
            received += i % 15_000 == 0 ? 20_000 : random.nextInt(-2, 3);
            String entity = "user-" + random.nextInt(2_000);
            boolean isEvaluation = random.nextInt(8) == 0;
            String data = isEvaluation
                    ? evaluation(random, entity)
                    : random.nextInt(5) == 0
                            ? "{\"id\":true}"
                            : ExperimentFixture.measurement(entity, random.nextInt(9));
            events.add(new StoredEvent(
                    i,
                    EventIds.of(BATCH, 0),
                    "p",
                    START.plusMillis(received - START.toEpochMilli()),
                    new ProjectEvent(
                            isEvaluation ? EventType.EVALUATION : EventType.CUSTOM,
                            START.plusSeconds(random.nextInt(-60, 3 * 3_600)),
                            data)));
        }
        return events;
    }

    private static String evaluation(Random random, String entity) {
        return switch (random.nextInt(10)) {
            case 0 -> ExperimentFixture.evaluation(entity, "DEFAULT", "", "");
            case 1 -> ExperimentFixture.evaluation(entity, "b").replace("\"f\"", "\"g\"");
            default -> ExperimentFixture.evaluation(entity, Math.floorMod(entity.hashCode(), 3) == 0 ? "a" : "b");
        };
    }
}
