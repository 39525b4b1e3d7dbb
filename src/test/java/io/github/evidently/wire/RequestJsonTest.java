package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an invalid member of a control-plane request is named, however deep it is. */
class RequestJsonTest {

    record Request(List<@NotNull @Valid Part> parts) {}

    record Part(@NotNull String name, Map<@Size(max = 1) String, @NotNull Integer> weights, List<@Valid Part> parts) {}

    @Test
    void refusesWhatWouldTakeLongToCheckAndNamesNoMoreThanAHundred() {
        try (ValidatorFactory validators = Validation.buildDefaultValidatorFactory()) {
            RequestJson json = new RequestJson(validators.getValidator());

            assertThatExceptionOfType(ValidationException.class)
                    .isThrownBy(() -> json.parse(parts(3_000), Request.class))
                    .withMessageEndingWith("it has more than 6000 tokens");
            assertThatExceptionOfType(ValidationException.class)
                    .isThrownBy(() -> json.parse(parts(2_900), Request.class))
                    .withMessageStartingWith("2900 validation errors detected")
                    .satisfies(refusal -> assertThat(refusal.fieldList()).hasSize(100));
        }
    }

    private static byte[] parts(int count) {
        return ("{\"parts\":[" + "{},".repeat(count - 1) + "{}]}").getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'parts':[{'name':'a'},{}]}; parts.1.name",
                "{'parts':[{'name':1}]}; parts.0.name",
                "{'parts':[{'name':'a'},null]}; parts.1",
                "{'parts':[{'name':'a','weights':{'a':null}}]}; parts.0.weights.a",
                "{'parts':[{'name':'a','weights':{'a':'x'}}]}; parts.0.weights.a",
                "{'parts':[{'name':'a','weights':{'ab':1}}]}; parts.0.weights.ab",
                "{'parts':[{'name':'a','parts':[{'name':'b'},{'name':'c'},{}]}]}; parts.0.parts.2.name"
            },
            quoteCharacter = '`')
    void namesAMemberByItsPath(String body, String name) {
        byte[] text = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        try (ValidatorFactory validators = Validation.buildDefaultValidatorFactory()) {
            RequestJson json = new RequestJson(validators.getValidator());
            ValidationException refusal =
                    catchThrowableOfType(ValidationException.class, () -> json.parse(text, Request.class));
            assertThat(refusal.fieldList())
                    .extracting(ValidationExceptionField::name)
                    .containsExactly(name);
        }
    }
}
