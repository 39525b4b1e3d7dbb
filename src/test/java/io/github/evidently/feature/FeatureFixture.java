package io.github.evidently.feature;

import static io.github.evidently.ProjectOfTest.variations;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.ProjectOfTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A project of its own for each test of features. */
abstract class FeatureFixture {

    @LocalServerPort
    int port;

    ProjectOfTest project;

    @BeforeEach
    void createProject() {
        project = new ProjectOfTest(port);
    }

    static final String MISSING = ProjectOfTest.ARN_PREFIX + "project/missing";

    ValidatableResponse create(String name, String variations) {
        return project.post(project.path("/features"), "{\"name\":\"" + name + "\",\"variations\":" + variations + "}");
    }

    void requireNone(String name) {
        List<String> names =
                new ArrayList<>(project.get(project.path("/features")).extract().path("features.name"));
        assertThat(names).doesNotContain(name);
        project.get(project.path("/features/" + name)).statusCode(404);
    }
}
