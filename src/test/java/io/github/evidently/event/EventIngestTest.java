package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.event.EventProperties.InvalidEntry;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.github.evidently.project.ProjectFixture;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.state.Node;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class EventIngestTest {

    private static final int QUEUE_SIZE_MAX = 1_000;

    private final Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
    private final ProjectRegistry projects = ProjectFixture.registry(persistence.documents(), "demo");
    private final MeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        persistence.close();
    }

    @Test
    void throttlesWhatTheQueueDoesNotTakeAndTakesItOnceThereIsRoom() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        EventIngest ingest = ingest(batches -> {
            release.await();
            return persistence.events().append(batches);
        });
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> waiting = IntStream.range(0, QUEUE_SIZE_MAX / 50)
                    .<Future<?>>mapToObj(_ -> executor.submit(() -> ingest(ingest, 50)))
                    .toList();
            Awaitility.await().until(() -> queued() == QUEUE_SIZE_MAX);

            assertThatExceptionOfType(ThrottlingException.class)
                    .isThrownBy(() -> ingest(ingest, 1))
                    .withMessage("Rate exceeded");

            release.countDown();
            for (Future<?> one : waiting) {
                Object _ = one.get();
            }
        }
        assertThat(ingest(ingest, 50)).hasSize(50);

        assertThat(queued()).isZero();
        assertThat(persistence.events().count(EventQuery.ALL)).isEqualTo(QUEUE_SIZE_MAX + 50);
    }

    /** What was sent before a reset, and was not stored when it came, belongs to the new project. */
    @Test
    void anEventInFlightGoesToTheNewProjectOfThatName() {
        EventIngest ingest = ingest(batches -> {
            if (persistence.documents().version() == 2) {
                projects.reset();
            }
            return persistence.events().append(batches);
        });

        assertThat(ingest(ingest, 1)).hasSize(1).first().isInstanceOf(EventResult.Accepted.class);

        assertThat(persistence.events().count(EventQuery.ALL)).isEqualTo(1);
    }

    @Test
    void anEventInFlightOfADeletedProjectIsRefused() {
        ProjectRegistry another = ProjectFixture.registry(persistence.documents());
        EventIngest ingest = ingest(batches -> {
            another.reset();
            return persistence.events().append(batches);
        });

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> ingest(ingest, 1))
                .withMessage("Project does not exist with arn 'arn:aws:evidently:us-east-1:000000000000:project/demo'");

        assertThat(persistence.events().count(EventQuery.ALL)).isZero();
    }

    /** As with a store that has lost which logs are open. */
    @Test
    void aLogThatRefusesAnExistingProjectIsAskedOnce() {
        AtomicInteger asked = new AtomicInteger();
        EventIngest ingest = ingest(_ -> {
            asked.incrementAndGet();
            throw ResourceNotFoundException.dataPlane("project", "1");
        });

        assertThatIllegalStateException().isThrownBy(() -> ingest(ingest, 1));

        assertThat(asked).hasValue(1);
    }

    private static List<EventResult> ingest(EventIngest ingest, int count) {
        String events = IntStream.range(0, count)
                .mapToObj(_ -> "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}")
                .collect(Collectors.joining(",", "{\"events\":[", "]}"));
        return ingest.ingest("demo", events.getBytes(StandardCharsets.UTF_8), null, null);
    }

    private double queued() {
        return Objects.requireNonNull(meters.get("evidently.queue.events").gauge())
                .value();
    }

    /** How a log appends. */
    private interface Append {
        List<UUID> to(List<EventBatch> batches) throws InterruptedException;
    }

    private EventIngest ingest(Append append) {
        EventLog log = new EventLogFixture(persistence.documents(), persistence.events()) {
            @Override
            public List<UUID> append(List<EventBatch> batches) {
                try {
                    return append.to(batches);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        return new EventIngest(
                new EventProperties(
                        DataSize.ofKilobytes(256), DataSize.ofMegabytes(10), QUEUE_SIZE_MAX, InvalidEntry.REPORT),
                projects,
                log,
                new EventMetrics(new SimpleMeterRegistry()),
                new RecentRejections(persistence),
                new Node().values(),
                Clock.systemUTC(),
                meters);
    }
}
