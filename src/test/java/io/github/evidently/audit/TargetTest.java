package io.github.evidently.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Operation;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    private static final ServerIdentity IDENTITY = new ServerIdentity("123456789012", "eu-west-1");
    private static final String ARN = "arn:aws:evidently:eu-west-1:123456789012:";

    @ParameterizedTest
    @CsvSource({
        "POST, /events/projects/shop, evidently:PutProjectEvents, project/shop",
        "GET, /projects/shop, evidently:GetProject, project/shop",
        "DELETE, /projects/sh%6fp, evidently:DeleteProject, project/shop",
        "POST, /projects/shop/evaluations/f, evidently:EvaluateFeature, project/shop/feature/f",
        "PATCH, /projects/shop/launches/l, evidently:UpdateLaunch, project/shop/launch/l",
        "POST, /projects/shop/experiments/e/start, evidently:StartExperiment, project/shop/experiment/e",
        "GET, /segments/s, evidently:GetSegment, segment/s",
    })
    void aResourceHasItsArn(String method, String path, String action, String resource) {
        assertThat(Target.find(method, path, IDENTITY)).hasValueSatisfying(target -> {
            assertThat(target.action()).isEqualTo(action);
            assertThat(target.resource()).isEqualTo(ARN + resource);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /projects, evidently:ListProjects",
        "POST, /projects, evidently:CreateProject",
        "GET, /segments, evidently:ListSegments",
        "POST, /test-segment-pattern, evidently:TestSegmentPattern",
        "GET, /_evidently/events, evidently-emulator:Inspect",
        "HEAD, /_evidently/events/count, evidently-emulator:Inspect",
        "GET, /_evidently/, evidently-emulator:Inspect",
        "POST, /_evidently/reset, evidently-emulator:Reset",
        "POST, /_evidently/%72eset, evidently-emulator:Reset",
        "POST, /%5Fevidently/reset, evidently-emulator:Reset",
        "POST, /_%65vidently/reset, evidently-emulator:Reset",
        "POST, /_evidently/backup, evidently-emulator:Backup",
        "GET, /_evidently/faults, evidently-emulator:Faults",
        "DELETE, /_evidently/faults/%31, evidently-emulator:Faults",
        "PUT, /_evidently/clock, evidently-emulator:Clock",
        "GET, /_evidently/export, evidently-emulator:Export",
        "GET, /actuator/prometheus, evidently-emulator:Monitor",
        "GET, /actuator, evidently-emulator:Monitor",
        "GET, /actuator/health/store, evidently-emulator:Monitor",
        "GET, /actuator/health/../prometheus, evidently-emulator:Monitor",
    })
    void someThingsHaveNoArn(String method, String path, String action) {
        assertThat(Target.isOpen(path)).isFalse();
        assertThat(Target.find(method, path, IDENTITY)).hasValueSatisfying(target -> {
            assertThat(target.action()).isEqualTo(action);
            assertThat(target.resource()).isEqualTo("*");
        });
    }

    @Test
    void anArnInThePathIsTheResource() {
        String tagged = "arn:aws:evidently:eu-west-1:123456789012:project/shop/feature/f";

        assertThat(Target.find("POST", "/events/projects/arn%3Aaws%3Aevidently%3Ax%3Ay%3Aproject%2Fshop", IDENTITY))
                .map(Target::resource)
                .hasValue("arn:aws:evidently:x:y:project/shop");
        assertThat(Target.find("GET", "/tags/" + tagged.replace(":", "%3A").replace("/", "%2F"), IDENTITY))
                .map(Target::resource)
                .hasValue(tagged);
    }

    @Test
    void whatIsBelowAProjectStaysBelowIt() {
        assertThat(Target.find(
                        "GET", "/projects/shop/features/arn:aws:evidently:x:y:project%2Fo%2Ffeature%2Ff", IDENTITY))
                .map(Target::resource)
                .hasValue(ARN + "project/shop/feature/arn:aws:evidently:x:y:project/o/feature/f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_evidently/", "/_evidently/events", "/_evidently/reset/", "/_evidently/nothing"})
    void whatIsNotKnownOfTheServersOwnMayOnlyBeRead(String path) {
        assertThat(Target.find("POST", path, IDENTITY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/error",
                "//projects",
                "/projects/",
                "/./projects",
                "/x/../projects",
                "/%70rojects",
                "/_evidently",
                "/%5Fevidently/events",
                "/%61ctuator/prometheus",
                "/actuator%2Fprometheus",
                "/ACTUATOR/prometheus",
            })
    void whatIsNotKnownIsNoTarget(String path) {
        assertThat(Target.isOpen(path)).isFalse();
        // Spring decodes a segment before it compares, so that one of these is a path after all, and known as such.
        assertThat(Target.find("GET", path, IDENTITY).map(Target::action))
                .isEqualTo(
                        path.equals("/%70rojects")
                                ? java.util.Optional.of("evidently:ListProjects")
                                : java.util.Optional.empty());
    }

    @Test
    void eachOperationIsOne() {
        assertThat(Operation.ALL.stream()
                        .map(operation -> Target.find(
                                        operation.method(),
                                        operation.path().getPatternString().replaceAll("[{}]", ""),
                                        IDENTITY)
                                .orElseThrow()
                                .action())
                        .collect(Collectors.toSet()))
                .hasSize(38);
    }

    @Test
    void whatChangesMoreThanEventsIsKnown() {
        assertThat(Operation.ALL.stream()
                        .filter(operation -> Target.find(
                                        operation.method(),
                                        operation.path().getPatternString().replaceAll("[{}]", ""),
                                        IDENTITY)
                                .orElseThrow()
                                .change())
                        .map(Operation::name))
                .allMatch(name -> name.matches("(Create|Update|Delete|Start|Stop|Tag|Untag).*"))
                .hasSize(21);
    }
}
