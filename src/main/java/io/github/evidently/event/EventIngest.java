package io.github.evidently.event;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.event.EventMetrics.Outcome;
import io.github.evidently.event.EventProperties.InvalidEntry;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * PutProjectEvents from the bytes of a request to the results of its entries.
 *
 * <p>Order of checks: syntax and envelope, project reference, project, entries. Thread-safe.
 */
@Component
class EventIngest {

    private final EventParser parser;
    private final InvalidEntry invalidEntry;
    private final ProjectRegistry projects;
    private final EventStore store;
    private final EventMetrics metrics;
    private final Rejections rejections;
    private final Clock clock;

    EventIngest(
            EventProperties properties,
            ProjectRegistry projects,
            EventStore store,
            EventMetrics metrics,
            Rejections rejections,
            Clock clock) {
        this.parser = new EventParser(new EventDataValidator(properties.dataSizeMax()), UUID::randomUUID);
        this.invalidEntry = properties.invalidEntry();
        this.projects = projects;
        this.store = store;
        this.metrics = metrics;
        this.rejections = rejections;
        this.clock = clock;
    }

    /**
     * Stores the valid events of a request and returns when they are on disk.
     *
     * @param reference the project as the path names it, percent-decoded
     * @param body the request's bytes
     * @return one result for each entry, in their order
     * @throws ValidationException when the envelope or the reference is faulty, or an entry under
     *     {@link InvalidEntry#REJECT}
     * @throws ResourceNotFoundException when the project does not exist
     * @throws ThrottlingException when the store's queue is full
     * @throws EvidentlyException when the store fails; in every case nothing was stored
     */
    List<EventResult> ingest(String reference, byte[] body) {
        List<Entry> entries = parser.parse(body);
        Project project;
        try {
            project = projects.requireForDataPlane(ProjectRef.parse(reference));
        } catch (EvidentlyException e) {
            metrics.received(EventMetrics.UNKNOWN_PROJECT, entries);
            metrics.settled(EventMetrics.UNKNOWN_PROJECT, entries, Outcome.REJECTED, Outcome.REJECTED);
            throw e;
        }
        metrics.received(project.name(), entries);
        try {
            if (invalidEntry == InvalidEntry.REJECT) {
                requireNoFaults(entries);
            }
            append(project, entries);
        } catch (RuntimeException | Error e) {
            Outcome outcome = outcome(e);
            metrics.settled(project.name(), entries, outcome, outcome);
            throw e;
        }
        metrics.settled(project.name(), entries, Outcome.ACCEPTED, Outcome.REJECTED);
        return results(reference, entries);
    }

    private void append(Project project, List<Entry> entries) {
        List<ProjectEvent> events = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry instanceof Entry.Valid valid) {
                events.add(valid.event());
            }
        }
        if (!events.isEmpty()) {
            store.append(new EventBatch(project.name(), clock.instant(), events));
        }
    }

    private static void requireNoFaults(List<Entry> entries) {
        List<ValidationExceptionField> faults = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Entry.Invalid invalid) {
                for (ValidationExceptionField fault : invalid.faults()) {
                    faults.add(new ValidationExceptionField("events." + i + "." + fault.name(), fault.message()));
                }
            }
        }
        if (!faults.isEmpty()) {
            throw ValidationException.fields(faults);
        }
    }

    private List<EventResult> results(String reference, List<Entry> entries) {
        List<EventResult> results = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            switch (entries.get(i)) {
                case Entry.Valid valid ->
                    results.add(new EventResult.Accepted(valid.event().eventId()));
                case Entry.Invalid invalid -> {
                    String code = ValidationException.class.getSimpleName();
                    String message = invalid.message();
                    Instant now = clock.instant();
                    rejections.add(new Rejection(now, reference, i, code, message, invalid.data()));
                    results.add(new EventResult.Rejected(code, message));
                }
            }
        }
        return results;
    }

    private static Outcome outcome(Throwable failure) {
        return switch (failure) {
            case ThrottlingException _ -> Outcome.THROTTLED;
            case ValidationException _, ResourceNotFoundException _ -> Outcome.REJECTED;
            default -> Outcome.FAILED;
        };
    }
}
