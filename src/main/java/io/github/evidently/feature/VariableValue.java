package io.github.evidently.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.evidently.feature.Feature.ValueType;
import io.github.evidently.wire.Union;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The value of a variation. Exactly one of the four members is set; the others are null and not on the wire (model
 * shape {@code VariableValue}, a union).
 *
 * <p>{@link Feature} checks the values of requests.
 *
 * @param longValue within what a double holds exactly, for JavaScript
 */
@Union
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VariableValue(
        @Nullable Boolean boolValue,
        @Nullable Double doubleValue,

        @Nullable @Min(-9007199254740991L) @Max(9007199254740991L)
        Long longValue,

        @Nullable @Size(max = 512) String stringValue) {

    /** Returns the type of the value; null when no member is set or more than one. */
    public @Nullable ValueType type() {
        ValueType type = null;
        int count = 0;
        if (boolValue != null) {
            type = ValueType.BOOLEAN;
            count++;
        }
        if (doubleValue != null) {
            type = ValueType.DOUBLE;
            count++;
        }
        if (longValue != null) {
            type = ValueType.LONG;
            count++;
        }
        if (stringValue != null) {
            type = ValueType.STRING;
            count++;
        }
        return count == 1 ? type : null;
    }
}
