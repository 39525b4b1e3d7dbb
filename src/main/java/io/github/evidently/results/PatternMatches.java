package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.EventPatterns;
import io.github.evidently.pattern.InvalidPatternException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds which event patterns match, for all metrics of a project at once.
 *
 * <p>The values at the paths of patterns are mostly one of a few, such as the name of an action. It remembers which
 * patterns matched them, so that the ruler need not read each event again. Not thread-safe.
 */
final class PatternMatches {

    private static final int REMEMBERED_MAX = 1_000;
    private static final int SIGNATURE_LENGTH_MAX = 500;

    private final List<EventPattern> patterns = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Map<String, boolean[]> remembered = new HashMap<>();
    private @Nullable EventPatterns machine;

    /** Whether a match depends only on the values; wildcards also depend on the length of the whole event. */
    private boolean canRemember = true;

    /**
     * Adds a pattern if it is new; returns its index.
     *
     * @param paths the paths whose signature gets the values that the pattern uses
     * @throws IllegalArgumentException when it is not a valid pattern
     */
    int add(String text, DataPaths paths) {
        Integer known = indexes.get(text);
        if (known != null) {
            return known;
        }
        EventPattern pattern;
        try {
            pattern = EventPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException(text + " is not an event pattern", e);
        }
        pattern.fields().forEach(field -> paths.addToSignature(field, pattern.asksForValue(field)));
        canRemember &= !pattern.hasWildcards();
        patterns.add(pattern);
        indexes.put(text, indexes.size());
        return indexes.size() - 1;
    }

    /**
     * Returns which patterns match a JSON object, by index; callers must not change the array.
     *
     * @param paths the paths, which have read the object
     */
    boolean[] of(String data, DataPaths paths) {
        if (!canRemember || paths.signature().length() > SIGNATURE_LENGTH_MAX) {
            return match(data);
        }
        String signature = paths.signature().toString();
        boolean[] known = remembered.get(signature);
        if (known == null) {
            known = match(data);
            if (remembered.size() >= REMEMBERED_MAX) {
                remembered.clear();
            }
            remembered.put(signature, known);
        }
        return known;
    }

    private boolean[] match(String data) {
        boolean[] matches = new boolean[patterns.size()];
        if (patterns.isEmpty()) {
            return matches;
        }
        try {
            for (String index : machine().matching(data)) {
                matches[Integer.parseInt(index)] = true;
            }
        } catch (ValidationException | IllegalArgumentException e) {
            // Too many combinations for one of them, or something that the ruler cannot read: the others may match.
            for (int i = 0; i < matches.length; i++) {
                matches[i] = matchesAlone(patterns.get(i), data);
            }
        }
        return matches;
    }

    private EventPatterns machine() {
        EventPatterns made = machine;
        if (made == null) {
            Map<String, EventPattern> byIndex = new HashMap<>();
            for (int i = 0; i < patterns.size(); i++) {
                byIndex.put(Integer.toString(i), patterns.get(i));
            }
            made = EventPatterns.of(byIndex);
            machine = made;
        }
        return made;
    }

    private static boolean matchesAlone(EventPattern pattern, String data) {
        try {
            return pattern.matches(data);
        } catch (ValidationException | IllegalArgumentException e) {
            return false;
        }
    }
}
