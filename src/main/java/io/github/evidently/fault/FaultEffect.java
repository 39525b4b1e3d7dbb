package io.github.evidently.fault;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.evidently.error.AccessDeniedException;
import io.github.evidently.error.ConflictException;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationException.Reason;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.wire.Operation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The effect of an injected fault on a call: exactly one of these.
 *
 * @param error the call is refused and does nothing
 * @param latency the call takes longer
 * @param rejectEntries some of its valid entries are refused
 * @param disconnect the connection is closed without an answer: {@code before} it does anything, or {@code after} it is
 *     done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaultEffect(
        @Nullable ModelError error,
        @Nullable Latency latency,
        @Nullable RejectEntries rejectEntries,
        @Nullable String disconnect) {

    static final String BEFORE = "before";
    static final String AFTER = "after";

    void addViolations(List<ValidationExceptionField> violations, @Nullable String operation) {
        if (Stream.of(error, latency, rejectEntries, disconnect)
                        .filter(member -> member != null)
                        .count()
                != 1) {
            violations.add(new ValidationExceptionField(
                    "effect", "Member must have exactly one of error, latency, rejectEntries, disconnect"));
        }
        if (error != null) {
            error.addViolations(violations);
        }
        if (latency != null) {
            latency.addViolations(violations);
        }
        if (rejectEntries != null) {
            rejectEntries.addViolations(violations, operation);
        }
        if (disconnect != null && !disconnect.equals(BEFORE) && !disconnect.equals(AFTER)) {
            violations.add(new ValidationExceptionField("effect.disconnect", "Member must be before or after"));
        }
    }

    private static void addLengthViolation(
            List<ValidationExceptionField> violations, String name, @Nullable String text, int max) {
        if (text != null && (text.isEmpty() || text.length() > max)) {
            violations.add(new ValidationExceptionField(name, "Member must have a length from 1 to " + max));
        }
    }

    /**
     * One of the model's exceptions with its members.
     *
     * @param type its name
     * @param retryAfterSeconds the header {@code Retry-After} of a ThrottlingException
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ModelError(
            @Nullable String type,
            @Nullable String message,
            @Nullable String reason,
            @Nullable List<ValidationExceptionField> fieldList,
            @Nullable String resourceId,
            @Nullable String resourceType,
            @Nullable String serviceCode,
            @Nullable String quotaCode,
            @Nullable Integer retryAfterSeconds) {

        private static final String PATH = "effect.error.";
        private static final int RETRY_AFTER_MAX = 3600;
        private static final Map<String, Set<String>> MEMBERS = Map.of(
                "AccessDeniedException", Set.of(),
                "ConflictException", Set.of("resourceId", "resourceType"),
                "InternalServerException", Set.of(),
                "ResourceNotFoundException", Set.of("resourceId", "resourceType"),
                "ServiceQuotaExceededException", Set.of("resourceId", "resourceType", "serviceCode", "quotaCode"),
                "ServiceUnavailableException", Set.of(),
                "ThrottlingException", Set.of("serviceCode", "quotaCode", "retryAfterSeconds"),
                "ValidationException", Set.of("reason", "fieldList"));

        private void addViolations(List<ValidationExceptionField> violations) {
            Set<String> members = type == null ? null : MEMBERS.get(type);
            if (members == null) {
                violations.add(new ValidationExceptionField(
                        PATH + "type",
                        "Member must satisfy enum value set: [" + String.join(", ", new TreeSet<>(MEMBERS.keySet()))
                                + "]"));
                return;
            }
            addLengthViolation(violations, PATH + "message", message, 1024);
            addUnlessOf(members, violations, "reason", reason);
            addUnlessOf(members, violations, "fieldList", fieldList);
            addUnlessOf(members, violations, "resourceId", resourceId);
            addUnlessOf(members, violations, "resourceType", resourceType);
            addUnlessOf(members, violations, "serviceCode", serviceCode);
            addUnlessOf(members, violations, "quotaCode", quotaCode);
            addUnlessOf(members, violations, "retryAfterSeconds", retryAfterSeconds);
            if (reason != null
                    && Arrays.stream(Reason.values())
                            .noneMatch(known -> known.text().equals(reason))) {
                violations.add(
                        new ValidationExceptionField(
                                PATH + "reason",
                                "Member must satisfy enum value set: [unknownOperation, cannotParse, fieldValidationFailed, other]"));
            }
            if (retryAfterSeconds != null && (retryAfterSeconds < 1 || retryAfterSeconds > RETRY_AFTER_MAX)) {
                violations.add(new ValidationExceptionField(
                        PATH + "retryAfterSeconds", "Member must be from 1 to " + RETRY_AFTER_MAX));
            }
        }

        private void addUnlessOf(
                Set<String> members, List<ValidationExceptionField> violations, String name, @Nullable Object value) {
            if (value != null && !members.contains(name)) {
                violations.add(new ValidationExceptionField(PATH + name, type + " has no such member"));
            }
        }

        EvidentlyException toException() {
            String text = message == null ? "A fault on purpose" : message;
            return switch (String.valueOf(type)) {
                case "AccessDeniedException" -> new AccessDeniedException(text);
                case "ConflictException" -> new ConflictException(text, resourceId, resourceType);
                case "InternalServerException" -> new InternalServerException(text);
                case "ResourceNotFoundException" -> ResourceNotFoundException.of(text, resourceId, resourceType);
                case "ServiceQuotaExceededException" ->
                    new ServiceQuotaExceededException(text, resourceId, resourceType, serviceCode, quotaCode);
                case "ServiceUnavailableException" -> new ServiceUnavailableException(text);
                case "ThrottlingException" ->
                    new ThrottlingException(
                            text,
                            Duration.ofSeconds(retryAfterSeconds == null ? 1 : retryAfterSeconds),
                            serviceCode,
                            quotaCode);
                case "ValidationException" ->
                    ValidationException.of(text, toReason(), fieldList == null ? List.of() : fieldList);
                default -> throw new IllegalStateException(type + " was not checked");
            };
        }

        private Reason toReason() {
            return Arrays.stream(Reason.values())
                    .filter(known -> known.text().equals(reason))
                    .findFirst()
                    .orElse(Reason.OTHER);
        }
    }

    /**
     * The added latency of a call, in milliseconds up to a minute: a constant, or the 50th, 95th and 99th percentiles.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Latency(
            @Nullable Integer fixedMillis,
            @Nullable Integer p50Millis,
            @Nullable Integer p95Millis,
            @Nullable Integer p99Millis) {

        private static final int MILLIS_MAX = 60_000;

        private void addViolations(List<ValidationExceptionField> violations) {
            boolean fixed = fixedMillis != null && p50Millis == null && p95Millis == null && p99Millis == null;
            boolean percentiles = fixedMillis == null && p50Millis != null && p95Millis != null && p99Millis != null;
            if (!fixed && !percentiles) {
                violations.add(new ValidationExceptionField(
                        "effect.latency", "Member must have fixedMillis, or p50Millis, p95Millis and p99Millis"));
            } else if (fixedMillis != null) {
                addViolation(violations, "fixedMillis", fixedMillis, 0);
            } else if (p50Millis != null && p95Millis != null && p99Millis != null) {
                addViolation(violations, "p50Millis", p50Millis, 0);
                addViolation(violations, "p95Millis", p95Millis, p50Millis);
                addViolation(violations, "p99Millis", p99Millis, p95Millis);
            }
        }

        private static void addViolation(List<ValidationExceptionField> violations, String name, int millis, int min) {
            if (millis < min || millis > MILLIS_MAX) {
                violations.add(new ValidationExceptionField(
                        "effect.latency." + name, "Member must be from " + min + " to " + MILLIS_MAX));
            }
        }

        /**
         * Returns the delay at a point of the distribution, which is linear between percentiles and never above the
         * last one.
         *
         * @param point 0 to 1
         */
        Duration at(double point) {
            if (p50Millis == null || p95Millis == null || p99Millis == null) {
                return Duration.ofMillis(fixedMillis == null ? 0 : fixedMillis);
            }
            double millis = point < 0.5
                    ? p50Millis * point / 0.5
                    : point < 0.95
                            ? between(p50Millis, p95Millis, (point - 0.5) / 0.45)
                            : between(p95Millis, p99Millis, Math.min(1, (point - 0.95) / 0.04));
            return Duration.ofMillis(Math.round(millis));
        }

        private static double between(int low, int high, double share) {
            return low + (high - low) * share;
        }
    }

    /**
     * The refusal of valid entries of PutProjectEvents.
     *
     * @param fraction the probability that an entry is refused, above 0 up to 1; 1 when absent
     * @param errorCode the error code of its result; InternalServerException when absent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RejectEntries(
            @Nullable Double fraction,
            @Nullable String errorCode,
            @Nullable String errorMessage) {

        private void addViolations(List<ValidationExceptionField> violations, @Nullable String operation) {
            if (!Operation.PUT_PROJECT_EVENTS.name().equals(operation)) {
                violations.add(
                        new ValidationExceptionField("effect.rejectEntries", "Only PutProjectEvents has entries"));
            }
            if (fraction != null && !(fraction > 0 && fraction <= 1)) {
                violations.add(new ValidationExceptionField(
                        "effect.rejectEntries.fraction", "Member must be over 0 and at most 1"));
            }
            addLengthViolation(violations, "effect.rejectEntries.errorCode", errorCode, 64);
            addLengthViolation(violations, "effect.rejectEntries.errorMessage", errorMessage, 1024);
        }
    }
}
