package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads from the data of evaluation events which treatment of an experiment an entity was given. */
final class EvaluationReader {

    private static final String RULE = "EXPERIMENT_RULE_MATCH";
    private static final JsonFactory JSON = new JsonFactory();

    private final Experiment experiment;
    private final List<String> treatments;

    EvaluationReader(Experiment experiment) {
        this.experiment = experiment;
        this.treatments = experiment.treatments().stream().map(Treatment::name).toList();
    }

    /** @param treatment its place among those of the experiment; {@link Assignments#NONE} when something else decided */
    record Assignment(String entity, int treatment) {}

    /**
     * The entity and its treatment.
     *
     * @param data what was accepted as the data of an evaluation event
     * @return null when it is of a feature that the experiment has nothing to do with
     */
    @Nullable
    Assignment read(String data) {
        String entity = null;
        String feature = null;
        String rule = null;
        int treatment = Assignments.NONE;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), data)) {
            parser.nextToken();
            for (String name; (name = parser.nextName()) != null; ) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "entityId" -> entity = parser.getString();
                    case "feature" -> feature = parser.getString();
                    case "type" -> rule = parser.getString();
                    case "details" ->
                        treatment = token == JsonToken.START_OBJECT ? treatment(parser) : Assignments.NONE;
                    default -> {
                        // Says nothing about who decided.
                    }
                }
                parser.skipChildren();
            }
        }
        return entity == null || feature == null || !experiment.uses(feature)
                ? null
                : new Assignment(entity, RULE.equals(rule) ? treatment : Assignments.NONE);
    }

    private int treatment(JsonParser parser) {
        boolean isOfExperiment = false;
        int treatment = Assignments.NONE;
        for (String name; (name = parser.nextName()) != null; ) {
            boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
            switch (name) {
                case "experiment" ->
                    isOfExperiment = isText && experiment.name().equals(parser.getString());
                case "treatment" -> treatment = isText ? treatments.indexOf(parser.getString()) : Assignments.NONE;
                default -> {
                    // The salt and whatever a client adds.
                }
            }
            parser.skipChildren();
        }
        return isOfExperiment ? treatment : Assignments.NONE;
    }
}
