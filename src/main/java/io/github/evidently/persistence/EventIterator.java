package io.github.evidently.persistence;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Iterates over the matching events of a log, one slice in memory at a time. Not thread-safe. */
final class EventIterator implements Iterator<StoredEvent> {

    /** The number of events that are read at once. */
    private static final int SLICE_EVENTS = 5_000;

    private final EventLog log;
    private Iterator<StoredEvent> events;
    private @Nullable EventQuery rest;

    EventIterator(EventLog log, EventQuery query) {
        this.log = log;
        this.rest = query;
        this.events = Collections.emptyIterator();
    }

    @Override
    public boolean hasNext() {
        while (!events.hasNext() && rest != null) {
            Slice slice = log.read(rest, SLICE_EVENTS);
            events = slice.events().iterator();
            rest = slice.rest();
        }
        return events.hasNext();
    }

    @Override
    public StoredEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return events.next();
    }
}
