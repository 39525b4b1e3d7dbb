package io.github.evidently.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.conformance.ServiceModel.Operation;
import io.github.evidently.conformance.ServiceModel.Shape;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** What the suite sends is what it says, also for operations that no server has. */
class CaseGeneratorTest {

    private static final ServiceModel MODEL = ServiceModel.read();

    static List<Operation> operations() {
        return MODEL.operations();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyValidRequestIsOfTheModel(Operation operation) {
        for (ObjectNode request : requests(operation)) {
            assertThat(ShapeCheck.faults(operation.input(), request)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyRefusalBreaksTheModelAndEveryOtherCaseDoesNot(Operation operation) {
        List<ObjectNode> requests = requests(operation);
        for (Case made : CaseGenerator.cases(operation, requests)) {
            ObjectNode request = requests.get(made.variant()).deepCopy();
            made.edit().apply(request);
            if (made.outcome() instanceof Case.Outcome.Refused(String name)) {
                assertThat(ShapeCheck.faults(operation.input(), request))
                        .as("%s", made)
                        .extracting(ShapeCheck.Fault::path)
                        .containsOnly(name);
            } else {
                assertThat(ShapeCheck.faults(operation.input(), request))
                        .as("%s", made)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyMemberOfTheModelIsTried(Operation operation) {
        Set<String> expected = new TreeSet<>();
        collect("", operation.input(), expected);

        assertThat(CaseGenerator.cases(operation, requests(operation)).stream()
                        .map(made -> made.path().replaceAll("\\.(0|e|sample|group\\d|treatment\\d)(?=\\.|$)", ".*"))
                        .distinct())
                .containsAll(expected);
    }

    @Test
    void aMemberIsTriedInEveryWayThatTheModelForbids() {
        Operation operation = MODEL.operation("CreateFeature");

        assertThat(CaseGenerator.cases(operation, requests(operation)))
                .extracting(made -> made.path() + ": " + made.kind() + ", " + made.what())
                .contains(
                        "name: missing, not there",
                        "name: null, null",
                        "name: ill-typed, 1",
                        "name: ill-typed, 1.5",
                        "name: ill-typed, true",
                        "name: ill-typed, {}",
                        "name: ill-typed, []",
                        "name: below, 0 characters",
                        "name: above, 128 characters",
                        "name: at min, 1 characters",
                        "name: at max, 127 characters",
                        "name: off pattern, a b",
                        "variations: below, 0 elements",
                        "variations: above, 6 elements",
                        "variations.0: null, null",
                        "variations.0.value: below, no member",
                        "variations.0.value: above, two members",
                        "variations.0.value.longValue: ill-typed, 1.5",
                        "variations.0.value.longValue: above, 9007199254740992 as value",
                        "entityOverrides: above, 2501 elements",
                        "entityOverrides.e: above, 128 characters",
                        "evaluationStrategy: off enum, NONSENSE");
    }

    private static void collect(String path, Shape shape, Set<String> paths) {
        if (!path.isEmpty()) {
            paths.add(path);
        }
        shape.members()
                .values()
                .forEach(member -> collect(ShapeCheck.join(path, member.name()), member.shape(), paths));
        if (shape.element() != null) {
            collect(path + ".*", shape.element(), paths);
        }
    }

    static List<ObjectNode> requests(Operation operation) {
        return IntStream.range(0, Samples.VARIANTS)
                .mapToObj(variant -> Samples.request(operation, new Names(), variant))
                .toList();
    }

    /** Names of things that need not exist. */
    private record Names() implements Fixture {

        @Override
        public String freshName() {
            return "fresh";
        }

        @Override
        public String project() {
            return "project";
        }

        @Override
        public String feature() {
            return "feature";
        }

        @Override
        public String segment() {
            return "segment";
        }

        @Override
        public String launch() {
            return "launch";
        }

        @Override
        public String runningLaunch() {
            return "launch";
        }

        @Override
        public String experiment() {
            return "experiment";
        }

        @Override
        public String runningExperiment() {
            return "experiment";
        }

        @Override
        public String taggedArn(int variant) {
            return "arn:aws:evidently:us-east-1:000000000000:project/project";
        }

        @Override
        public String nextToken(Operation list) {
            return "token";
        }
    }
}
