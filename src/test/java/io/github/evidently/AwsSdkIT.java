package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.ConflictException;
import software.amazon.awssdk.services.evidently.model.Event;
import software.amazon.awssdk.services.evidently.model.EventType;
import software.amazon.awssdk.services.evidently.model.Project;
import software.amazon.awssdk.services.evidently.model.ProjectStatus;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsRequest;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsResponse;
import software.amazon.awssdk.services.evidently.model.ResourceNotFoundException;
import software.amazon.awssdk.services.evidently.model.ValidationException;
import software.amazon.awssdk.services.evidently.model.ValidationExceptionReason;

/** The last AWS SDK for Java that had an Evidently client, unmodified but for its endpoint. */
@RunningServer
class AwsSdkIT {

    @LocalServerPort
    int port;

    private final String name = "sdk-" + UUID.randomUUID();
    private EvidentlyClient evidently;

    @BeforeEach
    void connect() {
        evidently = AwsSdk.client(URI.create("http://localhost:" + port));
    }

    @AfterEach
    void disconnect() {
        evidently.close();
    }

    @Test
    void managesProjects() {
        Project created = evidently
                .createProject(request -> request.name(name).description("first"))
                .project();
        assertThat(created.arn()).isEqualTo("arn:aws:evidently:us-east-1:000000000000:project/" + name);
        assertThat(created.status()).isEqualTo(ProjectStatus.AVAILABLE);
        assertThat(created.createdTime())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));

        assertThat(evidently.updateProject(
                        request -> request.project(created.arn()).description("second")))
                .satisfies(answer -> assertThat(answer.project().description()).isEqualTo("second"));
        assertThat(evidently
                        .getProject(request -> request.project(name))
                        .project()
                        .description())
                .isEqualTo("second");
        assertThat(evidently
                        .listProjectsPaginator(request -> request.maxResults(1))
                        .projects())
                .extracting(summary -> summary.name())
                .contains(name);

        evidently.deleteProject(request -> request.project(name));
        assertThatThrownBy(() -> evidently.getProject(request -> request.project(name)))
                .isInstanceOfSatisfying(ResourceNotFoundException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(404);
                    assertThat(e.requestId()).isNotBlank();
                    assertThat(e.resourceType()).isEqualTo("project");
                });
    }

    @Test
    void putsEventsAndLearnsWhichFailed() {
        evidently.createProject(request -> request.name(name));

        PutProjectEventsResponse answer = evidently.putProjectEvents(request -> request.project(name)
                .events(
                        event(e -> {}),
                        event(e -> e.data("[]")),
                        event(e -> e.type(EventType.AWS_EVIDENTLY_EVALUATION)
                                .data("{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"t\"}"))));

        assertThat(answer.failedEventCount()).isEqualTo(1);
        assertThat(answer.eventResults()).hasSize(3);
        assertThat(UUID.fromString(answer.eventResults().get(0).eventId())).isNotNull();
        assertThat(answer.eventResults().get(0).errorCode()).isNull();
        assertThat(answer.eventResults().get(1).eventId()).isNull();
        assertThat(answer.eventResults().get(1).errorCode()).isEqualTo("ValidationException");
        assertThat(answer.eventResults().get(1).errorMessage()).contains("data");
        assertThat(UUID.fromString(answer.eventResults().get(2).eventId())).isNotNull();
    }

    @Test
    void putsEventsByTheArnOfAProject() {
        String arn =
                evidently.createProject(request -> request.name(name)).project().arn();

        assertThat(evidently
                        .putProjectEvents(request -> request.project(arn).events(event(e -> {})))
                        .failedEventCount())
                .isZero();
    }

    @Test
    void raisesTheTypesOfTheModel() {
        evidently.createProject(request -> request.name(name));

        assertThatThrownBy(() -> evidently.createProject(request -> request.name(name)))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.resourceId()).endsWith(name));
        assertThatThrownBy(() -> evidently.putProjectEvents(PutProjectEventsRequest.builder()
                        .project("nobody")
                        .events(event(e -> {}))
                        .build()))
                .isInstanceOfSatisfying(
                        ResourceNotFoundException.class,
                        e -> assertThat(e.awsErrorDetails().errorMessage())
                                .isEqualTo("Project does not exist with arn"
                                        + " 'arn:aws:evidently:us-east-1:000000000000:project/nobody'"));
        assertThatThrownBy(() -> evidently.putProjectEvents(
                        request -> request.project(name).events(java.util.Collections.nCopies(51, event(e -> {})))))
                .isInstanceOfSatisfying(ValidationException.class, e -> {
                    assertThat(e.reason()).isEqualTo(ValidationExceptionReason.FIELD_VALIDATION_FAILED);
                    assertThat(e.fieldList()).extracting(field -> field.name()).containsExactly("events");
                });
    }

    private static Event event(Consumer<Event.Builder> change) {
        Event.Builder event = Event.builder()
                .timestamp(Instant.parse("2021-11-20T00:37:26.468Z"))
                .type(EventType.AWS_EVIDENTLY_CUSTOM)
                .data("{\"n\":1}");
        change.accept(event);
        return event.build();
    }
}
