package io.github.evidently.launch;

import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.ProjectOfTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A project with one feature for each test of launches. */
abstract class LaunchFixture {

    static final String MISSING = ProjectOfTest.ARN_PREFIX + "project/missing";

    static final String GROUPS = """
            {"name":"control","feature":"f","variation":"a"},{"name":"treated","feature":"f","variation":"b"}""";

    @LocalServerPort
    int port;

    ProjectOfTest project;

    @BeforeEach
    void createProjectAndFeature() {
        project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b", "c").statusCode(200);
    }

    void counts(int all, int active) {
        project.get(project.path(""))
                .body("project.launchCount", equalTo(all))
                .body("project.activeLaunchCount", equalTo(active))
                .body("project.experimentCount", equalTo(0))
                .body("project.activeExperimentCount", equalTo(0))
                .body("project.featureCount", equalTo(1));
    }

    /** @param members those of CreateLaunch but the name, which is {@code l} */
    ValidatableResponse create(String members) {
        return project.post(project.path("/launches"), "{\"name\":\"l\"," + members + "}");
    }

    ValidatableResponse update(String body) {
        return project.patch(project.path("/launches/l"), body);
    }
}
