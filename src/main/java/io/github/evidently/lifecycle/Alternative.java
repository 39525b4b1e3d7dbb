package io.github.evidently.lifecycle;

import io.github.evidently.error.ValidationException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A group of a launch, or a treatment of an experiment. */
public interface Alternative {

    /** Returns its name, which is unique in the launch or the experiment. */
    String name();

    /** Returns the name of the variation by the name of its feature; exactly one entry. */
    Map<String, String> featureVariations();

    /**
     * Refuses two alternatives of one name.
     *
     * @param member the member of the request that lists them
     * @throws ValidationException that names the second one
     */
    static void requireUniqueNames(String member, List<? extends Alternative> alternatives) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < alternatives.size(); i++) {
            if (!names.add(alternatives.get(i).name())) {
                throw ValidationException.field(member + "." + i + ".name", "Member must be unique in the list");
            }
        }
    }
}
