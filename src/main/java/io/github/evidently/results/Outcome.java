package io.github.evidently.results;

/** The outcome of a custom event for a metric; in the order in which the checks are made. */
enum Outcome {
    /** The event does not match the metric's pattern. */
    PATTERN_MISMATCH(0, "patternMismatch", "do not match the event pattern"),
    /** There is no string or number at the metric's {@code entityIdKey}. */
    ENTITY_KEY_ABSENT(1, "entityKeyAbsent", "have no string or number at the entityIdKey"),
    /** There is nothing at the metric's {@code valueKey}. */
    VALUE_ABSENT(2, "valueAbsent", "have nothing at the valueKey"),
    /** The value at the {@code valueKey} is not a number: a text, a boolean, an object. */
    VALUE_NOT_A_NUMBER(3, "valueNotANumber", "have something else than a number at the valueKey"),
    /** The number is too large to be added up. */
    VALUE_OUT_OF_RANGE(4, "valueOutOfRange", "have a number beyond 1e100 at the valueKey"),
    /** The timestamp is before the experiment's start, or not before its end. */
    OUTSIDE_EXPERIMENT(5, "outsideExperiment", "have a timestamp before the start or after the end of the experiment"),
    /** The entity was never evaluated. */
    NOT_EVALUATED(6, "notEvaluated", "are of entities that the experiment has not evaluated"),
    /** The timestamp is before the entity's first evaluation. */
    BEFORE_EVALUATION(7, "beforeEvaluation", "have a timestamp before the evaluation of their entity"),
    /** The timestamp is more than an hour after the evaluation. */
    TOO_LATE(8, "tooLate", "have a timestamp more than an hour after the evaluation of their entity"),
    /** Something else decided for the entity at that time, or it was seen in several treatments. */
    OTHER_TREATMENT(
            9, "otherTreatment", "are of entities for which something else decided or that had several treatments"),
    /** The entity is not in the sample of entities that stands for all of them. */
    OUTSIDE_SAMPLE(10, "outsideSample", "are of entities outside the hash sample"),
    /** It is a sample. */
    COUNTED(11, "counted", "are samples");

    private final int index;
    private final String text;
    private final String sentence;

    Outcome(int index, String text, String sentence) {
        this.index = index;
        this.text = text;
        this.sentence = sentence;
    }

    /** Returns its place in lists of counts, including stored ones. */
    int index() {
        return index;
    }

    /** Returns the name in responses and metrics. */
    String text() {
        return text;
    }

    /** Returns the end of a sentence about such events. */
    String sentence() {
        return sentence;
    }
}
