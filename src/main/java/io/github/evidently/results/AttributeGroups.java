package io.github.evidently.results;

import io.github.evidently.results.EventReader.Evaluation;
import java.util.ArrayList;
import java.util.List;

/** Separates entities by the value of an attribute that they had when they were first evaluated. Not thread-safe. */
final class AttributeGroups implements TallyOptions {

    /** The maximum number of values of an attribute that form groups; the rest is one group. */
    static final int GROUPS_MAX = 10;

    private static final String WITHOUT = "(none)";
    private static final int GROUP_LENGTH_MAX = 100;

    final List<String> names = new ArrayList<>();
    boolean hasOthers;

    @Override
    public int groups() {
        return GROUPS_MAX + 1;
    }

    @Override
    public int group(Evaluation evaluation) {
        String value = evaluation.attribute() == null ? WITHOUT : evaluation.attribute();
        int place = names.indexOf(value);
        if (place < 0 && names.size() < GROUPS_MAX && value.length() <= GROUP_LENGTH_MAX) {
            names.add(value);
            return names.size() - 1;
        }
        hasOthers |= place < 0;
        return place < 0 ? GROUPS_MAX : place;
    }
}
