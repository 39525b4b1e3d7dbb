package io.github.evidently.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The 100,000 places divided among names, one after the other. The last places may belong to no name. */
record Split(List<Share> shares) {

    /** @param end the first place behind those of that name */
    record Share(String name, int end) {}

    /**
     * Divides the places.
     *
     * @param names in the order of their places
     * @param weights in thousandths of a percent; none for a name that is not in it
     */
    static Split of(List<String> names, Map<String, Long> weights) {
        List<Share> shares = new ArrayList<>();
        int end = 0;
        for (String name : names) {
            end += Math.toIntExact(weights.getOrDefault(name, 0L));
            shares.add(new Share(name, end));
        }
        return new Split(shares);
    }

    /** Returns the name that a place belongs to. */
    Optional<String> at(int place) {
        for (Share share : shares) {
            if (place < share.end) {
                return Optional.of(share.name);
            }
        }
        return Optional.empty();
    }
}
