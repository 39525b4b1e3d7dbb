package io.github.evidently.wire;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, by the parameters {@code maxResults} and {@code nextToken}.
 *
 * @param items at most as many as asked for
 * @param nextToken of the page that follows; null when there is none
 */
public record Page<T>(List<T> items, @Nullable String nextToken) {

    private static final int SIZE_DEFAULT = 50;

    /** What a page is cut from. */
    @FunctionalInterface
    public interface Source<T> {
        /**
         * Lists items in the order of their names.
         *
         * @param after the name that comes before the first one wanted; null to start with the first of all
         * @param limit how many at most
         */
        List<T> list(@Nullable String after, int limit);
    }

    /**
     * Returns the page that a request asks for.
     *
     * @param sizeMax the model's maximum of {@code maxResults}
     */
    public static <T> Page<T> of(QueryParameters query, int sizeMax, Source<T> source, Function<T, String> name) {
        int size = query.integer("maxResults", 1, sizeMax, SIZE_DEFAULT);
        String nextToken = query.text("nextToken");
        String after = nextToken == null
                ? null
                : PageToken.parse(nextToken, query.subject()).after();
        // One more than asked for tells whether another page follows.
        List<T> found = source.list(after, size + 1);
        List<T> items = found.subList(0, Math.min(size, found.size()));
        return new Page<>(
                items, found.size() > size ? new PageToken(query.subject(), name.apply(items.getLast())).text() : null);
    }

    /** Returns the items in the form of the response. */
    public <R> List<R> map(Function<? super T, R> view) {
        return items.stream().map(view).toList();
    }
}
