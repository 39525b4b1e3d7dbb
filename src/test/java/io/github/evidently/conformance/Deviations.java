package io.github.evidently.conformance;

import io.github.evidently.conformance.Case.Kind;
import io.github.evidently.conformance.Case.Outcome;
import io.github.evidently.conformance.ServiceModel.Operation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where the server knowingly does otherwise than the model says, and cases that prove nothing: one list, with reasons. */
final class Deviations {

    /**
     * A deviation of requests; the first that fits a case counts.
     *
     * @param members the operation, a slash and the member's path, as a regular expression
     * @param outcome what is expected instead, by the member's path
     */
    private record OfRequests(
            Pattern members, Set<Kind> kinds, Function<String, Outcome> outcome, String text, String reason) {

        boolean fits(Operation operation, Case made) {
            return kinds.contains(made.kind())
                    && members.matcher(operation.name() + "/" + made.path()).matches();
        }
    }

    /**
     * A deviation of answers.
     *
     * @param members the operation, a slash and the member's path or the name of the exception
     */
    private record OfAnswers(Pattern members, String text, String reason) {}

    private static final Set<Kind> ABSENT = EnumSet.of(Kind.MISSING, Kind.NULL);
    private static final Set<Kind> BOUNDS = EnumSet.of(Kind.AT_MIN, Kind.AT_MAX);

    private static final List<OfRequests> REQUESTS = List.of(
            requests(
                    "PutProjectEvents/events\\.0\\.(data|timestamp|type)",
                    EnumSet.allOf(Kind.class),
                    path -> new Outcome.EntryFailed(path.substring("events.0.".length())),
                    "the entry fails alone, the answer is 200",
                    "observed of the service; `evidently.event.invalid-entry=reject` makes it a 400"),
            requests(
                    "(Create|Update)Project/appConfigResource\\.(applicationId|environmentId)",
                    ABSENT,
                    Outcome.Refused::new,
                    "required",
                    "the project that is answered requires both"),
            requests(
                    "List.*/nextToken",
                    EnumSet.of(Kind.ABOVE),
                    _ -> new Outcome.NotParsed(),
                    "a 400 that names no member",
                    "a request line of 8 KB is not read to its end"),
            requests(
                    "List.*/nextToken",
                    BOUNDS,
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "only tokens of the server itself are valid, whatever their length"),
            requests(
                    "ListLaunches/project",
                    EnumSet.of(Kind.AT_MAX),
                    Outcome.Refused::new,
                    "a 400 for a project that does not exist",
                    "the model gives this operation no `ResourceNotFoundException`"),
            requests(
                    "(Create|Update)Experiment/treatments",
                    EnumSet.of(Kind.AT_MIN),
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "an experiment has 2 to 5 treatments, as its answer says"),
            requests(
                    "UntagResource/tagKeys",
                    EnumSet.of(Kind.AT_MIN),
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "in a query an empty list is no list, and the member is required"),
            requests(
                    ".*\\.eventPattern",
                    EnumSet.of(Kind.AT_MIN),
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "whether the empty text is a pattern is not known"),
            requests(
                    "(Create|Update)Launch/(groups\\.0\\.(feature|variation)|.*\\.segment)",
                    BOUNDS,
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "refers to something that must exist; the bound is tried where that is created"),
            requests(
                    "(Create|Update)Experiment/(treatments\\.0\\.(feature|variation)|segment)",
                    BOUNDS,
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "refers to something that must exist; the bound is tried where that is created"),
            requests(
                    "GetExperimentResults/(metricNames|treatmentNames).*",
                    BOUNDS,
                    _ -> new Outcome.NotSent(),
                    "not sent",
                    "refers to something that must exist; the bound is tried where that is created"));

    private static final List<OfAnswers> ANSWERS = List.of(answers(
            "BatchEvaluateFeature/results\\.[0-9]+\\.feature",
            "an ARN, which the pattern of a name does not allow",
            "observed of the service"));

    private Deviations() {}

    private static OfRequests requests(
            String members, Set<Kind> kinds, Function<String, Outcome> outcome, String text, String reason) {
        return new OfRequests(Pattern.compile(members), kinds, outcome, text, reason);
    }

    private static OfAnswers answers(String members, String text, String reason) {
        return new OfAnswers(Pattern.compile(members), text, reason);
    }

    /** The case with the outcome that is expected of this server. */
    static Case apply(Operation operation, Case made) {
        return REQUESTS.stream()
                .filter(deviation -> deviation.fits(operation, made))
                .findFirst()
                .map(deviation -> made.with(deviation.outcome().apply(made.path())))
                .orElse(made);
    }

    /**
     * Whether an operation may answer something that the model does not say.
     *
     * @param subject path of the member, or name of the exception
     */
    static boolean mayAnswer(Operation operation, String subject) {
        String wanted = operation.name() + "/" + subject;
        return ANSWERS.stream()
                .anyMatch(deviation -> deviation.members().matcher(wanted).matches());
    }

    /** The rows of a table: member, cases, what the server does, why. */
    static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (OfRequests deviation : REQUESTS) {
            rows.add(row(deviation.members(), kinds(deviation.kinds()), deviation.text(), deviation.reason()));
        }
        for (OfAnswers deviation : ANSWERS) {
            rows.add(row(deviation.members(), "answers", deviation.text(), deviation.reason()));
        }
        return rows;
    }

    private static String row(Pattern members, String cases, String text, String reason) {
        return "| `" + members.pattern().replace("|", "\\|") + "` | " + cases + " | " + text + " | " + reason + " |";
    }

    private static String kinds(Set<Kind> kinds) {
        return kinds.size() == Kind.values().length
                ? "all"
                : kinds.stream().map(Kind::toString).collect(Collectors.joining(", "));
    }
}
