package io.github.evidently.inspection;

import io.github.evidently.error.ValidationException;
import io.github.evidently.evaluation.EvaluationEvents;
import io.github.evidently.event.RecentRejections;
import io.github.evidently.fault.Faults;
import io.github.evidently.inspection.EventPage.EventView;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventQuery.Order;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.Rejection;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.seed.Seeder;
import io.github.evidently.wire.EpochSeconds;
import io.github.evidently.wire.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what the real service never did: the events received, and those refused with the reason. Also serves backup and
 * reset.
 */
@RestController
class InspectionController {

    private static final int LIMIT_MAX = 1_000;
    private static final int LIMIT_DEFAULT = 100;

    // A page of the largest events would be 256 MB.
    private static final long PAGE_DATA_LENGTH_MAX = 2L * 1024 * 1024;

    private static final Duration SETTLE_WAIT_MAX = Duration.ofSeconds(2);
    private static final Logger log = LoggerFactory.getLogger(InspectionController.class);

    private static final Set<String> FILTERS =
            new TreeSet<>(Set.of("project", "type", "entityId", "feature", "since", "until", "after", "before"));
    private static final Set<String> RESET_PARAMETERS = Set.of("project");
    private static final Set<String> PAGE_PARAMETERS = new TreeSet<>(FILTERS);

    static {
        PAGE_PARAMETERS.addAll(List.of("limit", "order", "wait"));
    }

    private final EventLog events;
    private final ProjectRegistry projects;
    private final RecentRejections rejections;
    private final Persistence persistence;
    private final EvaluationEvents evaluations;
    private final Faults faults;
    private final Seeder seeder;
    private final LifecycleClock clock;
    private final ServerIdentity identity;
    private final EventWait waiting;

    InspectionController(
            EventLog events,
            ProjectRegistry projects,
            RecentRejections rejections,
            Persistence persistence,
            EvaluationEvents evaluations,
            Faults faults,
            Seeder seeder,
            LifecycleClock clock,
            ServerIdentity identity,
            EventWait waiting) {
        this.events = events;
        this.projects = projects;
        this.rejections = rejections;
        this.persistence = persistence;
        this.evaluations = evaluations;
        this.faults = faults;
        this.seeder = seeder;
        this.clock = clock;
        this.identity = identity;
        this.waiting = waiting;
    }

    /** A rejection as shown. */
    record RejectionView(
            BigDecimal time,
            String project,
            @Nullable Integer entry,
            String code,
            String message,
            @Nullable String data) {

        static RejectionView of(Rejection rejection) {
            return new RejectionView(
                    EpochSeconds.withMillis(rejection.time()),
                    rejection.project(),
                    rejection.entry(),
                    rejection.code(),
                    rejection.message(),
                    rejection.data());
        }
    }

    @GetMapping("/_evidently/events")
    EventPage events(HttpServletRequest request) throws InterruptedException {
        QueryParameters parameters = QueryParameters.of(request).requireOnly(PAGE_PARAMETERS);
        EventQuery query = query(parameters);
        DataFilter filter = dataFilter(parameters);
        int limit = parameters.integer("limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
        Duration wait = parameters.duration("wait", EventWait.WAIT_MAX);
        settleEvaluations();
        return waiting.read(query, wait, request, remaining -> {
            Page page = new Page(filter, limit);
            for (StoredEvent event : events.all(remaining)) {
                if (!page.add(event)) {
                    break;
                }
            }
            return page.toView(query.order());
        });
    }

    @GetMapping("/_evidently/events/count")
    Map<String, Long> count(HttpServletRequest request) {
        QueryParameters parameters = QueryParameters.of(request).requireOnly(FILTERS);
        EventQuery query = query(parameters);
        DataFilter filter = dataFilter(parameters);
        settleEvaluations();
        if (filter.matchesAll()) {
            return Map.of("count", events.count(query));
        }
        long count = 0;
        for (StoredEvent event : events.all(query)) {
            if (filter.matches(event.event())) {
                count++;
            }
        }
        return Map.of("count", count);
    }

    @GetMapping("/_evidently/rejections")
    Map<String, List<RejectionView>> rejections(HttpServletRequest request) {
        QueryParameters.of(request).requireNone();
        return Map.of(
                "rejections",
                rejections.latestFirst().stream().map(RejectionView::of).toList());
    }

    @PostMapping("/_evidently/reset")
    Map<String, Object> reset(HttpServletRequest request) {
        QueryParameters parameters = QueryParameters.of(request).requireOnly(RESET_PARAMETERS);
        // A request that names a project, even by an unset variable, never means all projects.
        boolean isOfOne = !parameters.texts("project").isEmpty();
        String project = parameters.text("project");
        if (isOfOne && project == null) {
            throw ValidationException.field("project", "Parameter must not be empty");
        }
        if (project == null) {
            reset();
        } else {
            reset(projects.require(ProjectRef.parse(project)).name());
        }
        return Map.of();
    }

    private void reset() {
        settleEvaluations();
        seeder.reset();
        rejections.clear();
        faults.clear();
        clock.free();
        log.info("Reset everything");
    }

    private void reset(String project) {
        settleEvaluations();
        seeder.reset(project);
        rejections.clear(Set.of(project, identity.projectArn(project)));
        faults.clear(project);
        log.info("Reset project {}", project);
    }

    @PostMapping("/_evidently/backup")
    Map<String, Object> backup(HttpServletRequest request) throws IOException {
        QueryParameters.of(request).requireNone();
        Path backup = persistence.backup();
        return Map.of("file", backup.toAbsolutePath().toString(), "size", Files.size(backup));
    }

    /**
     * Waits for the events of evaluations: a client expects to see them, though no evaluation waits for the disk. After
     * a reset the events of earlier evaluations would count as lost, because the new project of that name accepts none
     * of them.
     */
    private void settleEvaluations() {
        if (!evaluations.settle(SETTLE_WAIT_MAX)) {
            log.warn("Events are shown without those of evaluations that the store has not taken yet");
        }
    }

    private EventQuery query(QueryParameters parameters) {
        String project = parameters.text("project");
        return new EventQuery(
                project == null
                        ? null
                        : projects.require(ProjectRef.parse(project)).name(),
                type(parameters.text("type")),
                parameters.time("since"),
                parameters.time("until"),
                parameters.number("after", 0, Long.MAX_VALUE, 0),
                parameters.number("before", 0, Long.MAX_VALUE, Long.MAX_VALUE),
                order(parameters.text("order")));
    }

    private static Order order(@Nullable String text) {
        return switch (text) {
            case null -> Order.OLDEST;
            case "oldest" -> Order.OLDEST;
            case "newest" -> Order.NEWEST;
            default -> throw ValidationException.field("order", "Parameter must be one of oldest, newest");
        };
    }

    private static @Nullable EventType type(@Nullable String text) {
        return text == null
                ? null
                : EventType.find(text)
                        .orElseThrow(() -> ValidationException.field(
                                "type", "Parameter must be one of aws.evidently.evaluation, aws.evidently.custom"));
    }

    private static DataFilter dataFilter(QueryParameters parameters) {
        return new DataFilter(parameters.text("entityId"), parameters.text("feature"));
    }

    /** Collects matching events up to the limits of a page. */
    private static final class Page {

        private final DataFilter filter;
        private final int limit;
        private final List<EventView> views = new ArrayList<>();
        private long dataLength;
        private boolean full;

        Page(DataFilter filter, int limit) {
            this.filter = filter;
            this.limit = limit;
        }

        boolean add(StoredEvent event) {
            if (filter.matches(event.event())) {
                // The first that does not fit shows that there is another page.
                full = views.size() == limit || dataLength > PAGE_DATA_LENGTH_MAX;
                if (!full) {
                    views.add(EventView.of(event));
                    dataLength += event.event().data().length();
                }
            }
            return !full;
        }

        EventPage toView(Order order) {
            Long last = full ? views.getLast().sequence() : null;
            return switch (order) {
                case OLDEST -> new EventPage.Oldest(views, last);
                case NEWEST -> new EventPage.Newest(views, last);
            };
        }
    }
}
