package io.github.evidently.inspection;

import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.wire.EpochSeconds;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of events and the start of the next one. */
sealed interface EventPage {

    /** Returns the events in the requested order. */
    List<EventView> events();

    /**
     * The oldest first.
     *
     * @param nextAfter the {@code after} of the next page; null when this is the last
     */
    record Oldest(List<EventView> events, @Nullable Long nextAfter) implements EventPage {}

    /**
     * The newest first.
     *
     * @param nextBefore the {@code before} of the next page; null when this is the last
     */
    record Newest(List<EventView> events, @Nullable Long nextBefore) implements EventPage {}

    /** An event as shown, times in epoch seconds with three decimals. */
    record EventView(
            long sequence,
            String eventId,
            String project,
            String type,
            BigDecimal timestamp,
            BigDecimal receivedTime,
            String data) {

        static EventView of(StoredEvent stored) {
            return new EventView(
                    stored.sequence(),
                    stored.eventId().toString(),
                    stored.project(),
                    stored.event().type().text(),
                    EpochSeconds.withMillis(stored.event().timestamp()),
                    EpochSeconds.withMillis(stored.receivedTime()),
                    stored.event().data());
        }
    }
}
