package io.github.evidently.event;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.persistence.Rejection;
import io.github.evidently.wire.DirectOperation;
import io.github.evidently.wire.EntryFault;
import io.github.evidently.wire.Operation;
import io.github.evidently.wire.RequestBodies;
import io.github.evidently.wire.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Controller;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Serves PutProjectEvents: {@code POST /events/projects/{project}}. */
@Controller
class PutProjectEventsController implements DirectOperation {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int RESULT_SIZE = 96;

    private final EventIngest ingest;
    private final RequestBodies bodies;
    private final RecentRejections rejections;
    private final Clock clock;
    private final DataSize requestSizeMax;

    PutProjectEventsController(
            EventIngest ingest,
            RequestBodies bodies,
            RecentRejections rejections,
            Clock clock,
            EventProperties properties) {
        this.ingest = ingest;
        this.bodies = bodies;
        this.rejections = rejections;
        this.clock = clock;
        this.requestSizeMax = properties.requestSizeMax();
    }

    @Override
    public Operation operation() {
        return Operation.PUT_PROJECT_EVENTS;
    }

    @Override
    public void handle(Map<String, String> labels, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String project = Objects.requireNonNull(labels.get("project"));
        List<EventResult> results;
        try (RequestBody body = bodies.read(request, requestSizeMax)) {
            results = ingest.ingest(project, body.bytes(), request.getHeader(CallKey.HEADER), EntryFault.of(request));
        } catch (EvidentlyException e) {
            String code = e.getClass().getSimpleName();
            rejections.add(new Rejection(clock.instant(), project, null, code, e.getMessage(), null));
            throw e;
        }
        byte[] answer = toJson(results);
        response.setContentType("application/json");
        response.setContentLength(answer.length);
        response.getOutputStream().write(answer);
    }

    /**
     * Returns model shape {@code PutProjectEventsResponse}; absent members are null, as in the service's visible style.
     */
    private static byte[] toJson(List<EventResult> results) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(RESULT_SIZE * (results.size() + 1));
        int failedEventCount = 0;
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("eventResults");
            for (EventResult result : results) {
                json.writeStartObject();
                switch (result) {
                    case EventResult.Accepted accepted -> {
                        json.writeStringProperty("eventId", accepted.eventId().toString());
                        json.writeNullProperty("errorCode");
                        json.writeNullProperty("errorMessage");
                    }
                    case EventResult.Rejected rejected -> {
                        failedEventCount++;
                        json.writeNullProperty("eventId");
                        json.writeStringProperty("errorCode", rejected.errorCode());
                        json.writeStringProperty("errorMessage", rejected.errorMessage());
                    }
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberProperty("failedEventCount", failedEventCount);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
