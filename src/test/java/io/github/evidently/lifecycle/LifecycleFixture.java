package io.github.evidently.lifecycle;

import io.github.evidently.ProjectOfTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A project with a feature {@code f} for each test of launches or experiments. */
public abstract class LifecycleFixture {

    protected static final String MISSING = ProjectOfTest.ARN_PREFIX + "project/missing";

    /** {@code launch} or {@code experiment}. */
    protected final String kind;

    /** The path segment: {@code launches} or {@code experiments}. */
    protected final String plural;

    /** The name of the launch or experiment that most tests create. */
    protected final String name;

    @LocalServerPort
    private int port;

    protected ProjectOfTest project;

    protected LifecycleFixture(String kind, String plural, String name) {
        this.kind = kind;
        this.plural = plural;
        this.name = name;
    }

    @BeforeEach
    void createProjectAndFeature() {
        project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b", "c").statusCode(200);
    }

    /** The path of something in the project, for example {@code "/l/start"}. */
    protected String path(String rest) {
        return project.path("/" + plural + rest);
    }

    /**
     * Creates the launch or experiment.
     *
     * @param members those of the request but the name
     */
    protected ValidatableResponse create(String members) {
        return project.post(path(""), "{\"name\":\"" + name + "\"," + members + "}");
    }

    protected ValidatableResponse get() {
        return project.get(path("/" + name));
    }

    protected ValidatableResponse update(String body) {
        return project.patch(path("/" + name), body);
    }

    protected ValidatableResponse stop(String body) {
        return project.post(path("/" + name + "/cancel"), body);
    }

    protected ValidatableResponse delete() {
        return project.delete(path("/" + name));
    }
}
