package io.github.evidently.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.launch.Launch;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.Document;
import io.github.evidently.persistence.DocumentKey;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.Write;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import io.github.evidently.state.StateProperties;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The stored form of launches and experiments, which servers before and after this one read. */
class LifecycleDocumentTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    private static final String LAUNCH = """
            {"project":"p","name":"l","description":"d","groups":[{"description":null,"featureVariations":{"f":"a"},\
            "name":"g"}],"metricMonitors":[{"metricDefinition":{"entityIdKey":"id","eventPattern":null,"name":"m",\
            "unitLabel":null,"valueKey":"v"}}],"randomizationSalt":"salt","steps":[{"groupWeights":{"g":1},\
            "segmentOverrides":[{"evaluationOrder":1,"segment":"s","weights":{"g":2}}],\
            "startTime":"2023-11-14T22:13:20Z"}],"status":"COMPLETED","statusReason":"done","execution":\
            {"startedTime":"2026-01-02T00:00:00Z","endedTime":"2026-01-03T00:00:00Z"},\
            "createdTime":"2026-01-01T00:00:00.000000001Z","lastUpdatedTime":"2026-01-04T00:00:00Z","tags":{"k":"v"}}""";

    private static final String NEW_LAUNCH = """
            {"project":"p","name":"l","description":null,"groups":[{"description":null,"featureVariations":{"f":"a"},\
            "name":"g"}],"metricMonitors":[],"randomizationSalt":"l","steps":null,"status":"CREATED",\
            "statusReason":null,"execution":null,"createdTime":"2026-01-01T00:00:00Z",\
            "lastUpdatedTime":"2026-01-01T00:00:00Z","tags":{}}""";

    private static final String EXPERIMENT = """
            {"project":"p","name":"x","description":"d","metricGoals":[{"desiredChange":"INCREASE","metricDefinition":\
            {"entityIdKey":"id","eventPattern":null,"name":"m","unitLabel":null,"valueKey":"v"}}],"treatments":\
            [{"description":null,"featureVariations":{"f":"a"},"name":"a"},{"description":"t","featureVariations":\
            {"f":"b"},"name":"b"}],"controlTreatmentName":"a","treatmentWeights":{"a":1,"b":2},\
            "randomizationSalt":"salt","samplingRate":3,"segment":"s","status":"RUNNING","statusReason":null,\
            "analysisCompleteTime":"2026-02-01T00:00:00Z","execution":{"startedTime":"2026-01-02T00:00:00Z",\
            "endedTime":null},"createdTime":"2026-01-01T00:00:00Z","lastUpdatedTime":"2026-01-04T00:00:00Z",\
            "tags":{"k":"v"}}""";

    private static final String NEW_EXPERIMENT = """
            {"project":"p","name":"x","description":null,"metricGoals":[{"desiredChange":null,"metricDefinition":\
            {"entityIdKey":"id","eventPattern":null,"name":"m","unitLabel":null,"valueKey":"v"}}],"treatments":\
            [{"description":null,"featureVariations":{"f":"a"},"name":"a"},{"description":null,"featureVariations":\
            {"f":"b"},"name":"b"}],"controlTreatmentName":"a","treatmentWeights":{"a":50000,"b":50000},\
            "randomizationSalt":"x","samplingRate":100000,"segment":null,"status":"CREATED","statusReason":null,\
            "analysisCompleteTime":null,"execution":null,"createdTime":"2026-01-01T00:00:00Z",\
            "lastUpdatedTime":"2026-01-01T00:00:00Z","tags":{}}""";

    private final Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());

    @AfterEach
    void close() {
        persistence.close();
    }

    @Test
    void aLaunchKeepsItsMembers() {
        assertSameForm(Launch.LAUNCHES, "l", LAUNCH);
        assertSameForm(Launch.LAUNCHES, "l", NEW_LAUNCH);
    }

    @Test
    void anExperimentKeepsItsMembers() {
        assertSameForm(Experiment.EXPERIMENTS, "x", EXPERIMENT);
        assertSameForm(Experiment.EXPERIMENTS, "x", NEW_EXPERIMENT);
    }

    @Test
    void allMembersOfALaunchAreRead() {
        Launch launch = read(Launch.LAUNCHES, "l", LAUNCH);

        assertThat(launch.metadata())
                .isEqualTo(new Metadata(
                        "p",
                        "l",
                        "d",
                        Instant.parse("2026-01-01T00:00:00.000000001Z"),
                        Instant.parse("2026-01-04T00:00:00Z"),
                        Map.of("k", "v")));
        assertThat(launch.progress())
                .isEqualTo(new Progress(
                        Status.COMPLETED,
                        "done",
                        new Execution(Instant.parse("2026-01-02T00:00:00Z"), Instant.parse("2026-01-03T00:00:00Z"))));
        assertThat(launch.groups()).hasSize(1);
        assertThat(launch.metricMonitors()).hasSize(1);
        assertThat(launch.steps()).hasSize(1);
    }

    /** Reads a document, writes the resource that it holds, and compares the two. */
    private <T extends Resource<T>> void assertSameForm(Kind<T> kind, String name, String json) {
        T resource = read(kind, name, json);

        T _ = controlPlane().change(_ -> Change.put(kind, resource.withTags(resource.tags(), updated(json))));

        assertThat(persistence.documents().load().documents())
                .singleElement()
                .satisfies(
                        document -> assertThat(MAPPER.readTree(document.json())).isEqualTo(MAPPER.readTree(json)));
    }

    private static Instant updated(String json) {
        return Instant.parse(MAPPER.readTree(json).get("lastUpdatedTime").asString());
    }

    private <T extends Resource<T>> T read(Kind<T> kind, String name, String json) {
        Commit commit = persistence
                .documents()
                .commit(
                        persistence.documents().version(),
                        List.of(new Write.Put(new Document(new DocumentKey(kind.name(), "p", name), json))));
        assertThat(commit).isInstanceOf(Commit.Committed.class);
        return controlPlane().current().find(kind, "p", name).orElseThrow();
    }

    private ControlPlane controlPlane() {
        return new ControlPlane(
                persistence.documents(), List.of(Launch.LAUNCHES, Experiment.EXPERIMENTS), new StateProperties(null));
    }
}
