package io.github.evidently.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectRefTest {

    private static final ServerIdentity IDENTITY = new ServerIdentity("000000000000", "us-east-1");
    private static final String ARN = "arn:aws:evidently:us-east-1:000000000000:project/demo";

    @Test
    void aNameIsAProjectOfThisServer() {
        ProjectRef reference = ProjectRef.parse("demo-1._X");

        assertThat(reference).isEqualTo(new ProjectRef.ByName("demo-1._X"));
        assertThat(reference.nameAt(IDENTITY)).contains("demo-1._X");
        assertThat(reference.arn(IDENTITY)).isEqualTo("arn:aws:evidently:us-east-1:000000000000:project/demo-1._X");
    }

    @Test
    void anArnOfThisServerHasTheName() {
        assertThat(ProjectRef.parse(ARN).nameAt(IDENTITY)).contains("demo");
        assertThat(ProjectRef.parse(ARN).arn(IDENTITY)).isEqualTo(ARN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:evidently:us-east-1:111111111111:project/demo",
                "arn:aws:evidently:eu-west-1:000000000000:project/demo",
                "arn:aws-cn:evidently:us-east-1:000000000000:project/demo",
                "arn:::::project/demo"
            })
    void anArnOfAnotherAccountOrRegionNamesNothingHere(String arn) {
        assertThat(ProjectRef.parse(arn).nameAt(IDENTITY)).isEmpty();
        assertThat(ProjectRef.parse(arn).arn(IDENTITY)).isEqualTo(arn);
    }

    // The pattern and the length are those of the model shape ProjectRef.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "de mo",
                "demo/1",
                "dämo",
                "demo\n",
                "demo;x=1",
                "arn:aws:evidently:us-east-1:000000000000:segment/demo",
                "arn:aws:evidently:us-east-1:000000000000:project/demo/feature/x",
                "arn:aws:evidently:us-east-1:project/demo",
                "arn:"
            })
    void refusesWhatBreaksThePattern(String text) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> ProjectRef.parse(text))
                .withMessageStartingWith("1 validation error detected: Value at 'project' failed to satisfy constraint:"
                        + " Member must satisfy regular expression pattern:");
    }

    @Test
    void refusesMoreThan2048Characters() {
        assertThat(ProjectRef.parse("a".repeat(2048))).isInstanceOf(ProjectRef.ByName.class);
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> ProjectRef.parse("a".repeat(2049)))
                .withMessageContaining("'project'")
                .withMessageEndingWith("Member must have length less than or equal to 2048");
    }
}
