package io.github.evidently.persistence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLogContract;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class MemoryEventLogTest extends EventLogContract {

    @Override
    protected EventLogFixture open() {
        return new EventLogFixture();
    }

    @Test
    void holdsNoMoreThanTheRetentionSize() {
        EventLogFixture log =
                open(new EventLogProperties(Duration.ofMinutes(15), 1_000_000, Duration.ZERO, DataSize.ofMegabytes(1)));
        for (int i = 0; i < 30; i++) {
            append(log, null);
        }

        assertThat(log.count(EventQuery.ALL)).isBetween(8L, 10L);
        assertThat(log.lastSequence()).isEqualTo(30);
    }

    @Test
    void remembersNoMoreCallsThanItMay() {
        EventLogFixture log =
                open(new EventLogProperties(Duration.ofMinutes(15), 2, Duration.ZERO, DataSize.ofBytes(0)));
        UUID first = UUID.randomUUID();
        append(log, first);
        append(log, UUID.randomUUID());
        append(log, UUID.randomUUID());

        append(log, first);

        assertThat(log.count(EventQuery.ALL)).isEqualTo(4);
    }

    private static EventLogFixture open(EventLogProperties properties) {
        MemoryPersistence persistence = new MemoryPersistence(properties, new Arrivals());
        EventLogFixture log = new EventLogFixture(persistence.documents(), persistence.events());
        log.createProject("demo");
        return log;
    }

    private static void append(EventLogFixture log, UUID callKey) {
        String data = "{\"a\":\"" + "x".repeat(100_000) + "\"}";
        log.append(new EventBatch(
                EventIds.newBatchId(),
                callKey,
                log.key("demo"),
                Instant.EPOCH,
                List.of(new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, data))));
    }
}
