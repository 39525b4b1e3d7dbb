package io.github.evidently.persistence.memory;

import io.github.evidently.error.ValidationException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Cursors;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.MemoryRejectionLog;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.RejectionLog;
import io.github.evidently.persistence.TallyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/**
 * A store in memory, whose content is lost when the server stops.
 *
 * <p>The heap bounds how much it holds; {@code evidently.event.retention} and {@code retention-size} let it forget.
 */
public final class MemoryPersistence implements Persistence {

    private final MemoryEventLog events;
    private final DocumentStore documents;
    private final Cursors cursors = new MemoryCursors();
    private final TallyStore tallies = new MemoryTallyStore();
    private final RejectionLog rejections = new MemoryRejectionLog();
    private final Path temporaryDirectory;

    public MemoryPersistence(EventLogProperties properties, Arrivals arrivals) {
        this.events = new MemoryEventLog(properties, arrivals);
        this.documents = new MemoryDocumentStore(events);
        try {
            this.temporaryDirectory = Files.createTempDirectory("evidently-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DocumentStore documents() {
        return documents;
    }

    @Override
    public EventLog events() {
        return events;
    }

    @Override
    public Cursors cursors() {
        return cursors;
    }

    @Override
    public TallyStore tallies() {
        return tallies;
    }

    @Override
    public RejectionLog rejections() {
        return rejections;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public String description() {
        return "memory, which keeps nothing when the server stops";
    }

    @Override
    public Path temporaryDirectory() {
        return temporaryDirectory;
    }

    @Override
    public boolean canCommit() {
        return true;
    }

    @Override
    public Path backup() {
        throw ValidationException.other("A store in memory has no backup");
    }

    @Override
    public void close() {
        try {
            boolean _ = FileSystemUtils.deleteRecursively(temporaryDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
