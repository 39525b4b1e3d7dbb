package io.github.evidently.event;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.event.EventMetrics.Outcome;
import io.github.evidently.event.EventProperties.InvalidEntry;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.Rejection;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.state.SharedValues;
import io.github.evidently.wire.EntryFault;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Processes PutProjectEvents from the bytes of a request to the results of its entries.
 *
 * <p>Order of checks: syntax and envelope, project reference, project, entries. Thread-safe.
 */
@Component
class EventIngest {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final EventParser parser;
    private final InvalidEntry invalidEntry;
    private final ProjectRegistry projects;
    private final EventLog log;
    private final EventMetrics metrics;
    private final RecentRejections rejections;
    private final Clock clock;
    private final Semaphore queue;
    private final InjectedRejections refusals;

    EventIngest(
            EventProperties properties,
            ProjectRegistry projects,
            EventLog log,
            EventMetrics metrics,
            RecentRejections rejections,
            SharedValues values,
            Clock clock,
            MeterRegistry meters) {
        this.parser = new EventParser(new EventDataValidator(properties.dataSizeMax()));
        this.invalidEntry = properties.invalidEntry();
        this.projects = projects;
        this.log = log;
        this.metrics = metrics;
        this.rejections = rejections;
        this.refusals = new InjectedRejections(values);
        this.clock = clock;
        int queueSizeMax = properties.queueSizeMax();
        this.queue = new Semaphore(queueSizeMax);
        Gauge.builder("evidently.queue.events", queue, free -> queueSizeMax - free.availablePermits())
                .description("Events that wait for a commit")
                .register(meters);
    }

    /**
     * Stores the valid events of a request and returns when they are on disk.
     *
     * @param reference the project as the path names it, percent-decoded
     * @param body the request's bytes
     * @param invocationId the id that the client repeats on each retry of the same call, if it sends one
     * @param fault the fault injected into valid entries
     * @return one result for each entry, in their order
     * @throws ValidationException when the envelope or the reference is invalid, or an entry under
     *     {@link InvalidEntry#REJECT}
     * @throws ResourceNotFoundException when the project does not exist
     * @throws ThrottlingException when the store's queue is full
     * @throws EvidentlyException when the store fails; in every case nothing was stored
     */
    List<EventResult> ingest(String reference, byte[] body, @Nullable String invocationId, @Nullable EntryFault fault) {
        List<Entry> entries = parser.parse(body);
        ProjectRef projectRef;
        Project project;
        try {
            projectRef = ProjectRef.parse(reference);
            project = projects.requireForDataPlane(projectRef);
        } catch (EvidentlyException e) {
            metrics.received(EventMetrics.UNKNOWN_PROJECT, entries);
            metrics.settled(EventMetrics.UNKNOWN_PROJECT, entries, Outcome.REJECTED, Outcome.REJECTED);
            throw e;
        }
        UUID callKey = CallKey.of(invocationId, body);
        if (fault != null || !refusals.isEmpty()) {
            entries = refusals.apply(project.name(), callKey, entries, fault);
            if (callKey != null && entries.stream().anyMatch(Entry.Refused.class::isInstance)) {
                // After a restart, a retry must not be told that all of them are stored.
                callKey = CallKey.withRefusals(callKey);
            }
        }
        metrics.received(project.name(), entries);
        UUID batchId = EventIds.newBatchId();
        UUID storedId;
        try {
            if (invalidEntry == InvalidEntry.REJECT) {
                requireNoViolations(entries);
            }
            storedId = append(batchId, callKey, projectRef, project, entries);
        } catch (RuntimeException | Error e) {
            Outcome outcome = outcome(e);
            metrics.settled(project.name(), entries, outcome, outcome);
            throw e;
        }
        metrics.settled(project.name(), entries, Outcome.ACCEPTED, Outcome.REJECTED);
        boolean isRetry = !storedId.equals(batchId);
        if (isRetry) {
            metrics.retried();
        } else {
            recordRejections(reference, entries);
        }
        return results(storedId, entries);
    }

    /** Returns the id of the batch that is stored; the id of the given one when there is nothing to store. */
    private UUID append(
            UUID batchId, @Nullable UUID callKey, ProjectRef reference, Project project, List<Entry> entries) {
        List<ProjectEvent> events = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry instanceof Entry.Valid valid) {
                events.add(valid.event());
            }
        }
        if (events.isEmpty()) {
            return batchId;
        }
        if (!queue.tryAcquire(events.size())) {
            throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
        }
        try {
            return append(new EventBatch(batchId, callKey, project.key(), clock.instant(), events), reference);
        } finally {
            queue.release(events.size());
        }
    }

    private UUID append(EventBatch batch, ProjectRef reference) {
        try {
            return log.append(List.of(batch)).getFirst();
        } catch (ResourceNotFoundException e) {
            // Deleted or reset meanwhile: the events belong to the new project of that name, if there is one.
            long newest = projects.requireNewest(reference).key();
            if (newest == batch.projectKey()) {
                throw new IllegalStateException("the log refuses the events of a project that exists", e);
            }
            return append(batch.withProjectKey(newest), reference);
        }
    }

    private static void requireNoViolations(List<Entry> entries) {
        List<ValidationExceptionField> violations = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Entry.Invalid invalid) {
                for (ValidationExceptionField violation : invalid.violations()) {
                    violations.add(
                            new ValidationExceptionField("events." + i + "." + violation.name(), violation.message()));
                }
            }
        }
        if (!violations.isEmpty()) {
            throw ValidationException.fields(violations);
        }
    }

    private void recordRejections(String reference, List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            switch (entries.get(i)) {
                case Entry.Valid _ -> {}
                case Entry.Invalid invalid ->
                    rejections.add(new Rejection(
                            clock.instant(), reference, i, Entry.ERROR_CODE, invalid.message(), invalid.data()));
                case Entry.Refused(ProjectEvent event, EventResult.Rejected result) ->
                    rejections.add(new Rejection(
                            clock.instant(), reference, i, result.errorCode(), result.errorMessage(), event.data()));
            }
        }
    }

    private static List<EventResult> results(UUID batchId, List<Entry> entries) {
        List<EventResult> results = new ArrayList<>(entries.size());
        int accepted = 0;
        for (Entry entry : entries) {
            results.add(
                    switch (entry) {
                        case Entry.Valid _ -> new EventResult.Accepted(EventIds.of(batchId, accepted++));
                        case Entry.Invalid invalid -> new EventResult.Rejected(Entry.ERROR_CODE, invalid.message());
                        case Entry.Refused refused -> refused.result();
                    });
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
