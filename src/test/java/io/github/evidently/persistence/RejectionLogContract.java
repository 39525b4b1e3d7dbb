package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RejectionLog} does; the stores' tests extend it. */
public abstract class RejectionLogContract {

    private RejectionLog log;

    protected abstract RejectionLog open();

    @BeforeEach
    void openLog() {
        log = open();
    }

    @Test
    void returnsTheLatestFirst() {
        log.add(List.of(rejection("p", 0), rejection("q", 1)));
        log.add(List.of(rejection("p", 2)));

        assertThat(log.latestFirst()).containsExactly(rejection("p", 2), rejection("q", 1), rejection("p", 0));
    }

    @Test
    void keepsAnyText() {
        Rejection whole =
                new Rejection(Instant.ofEpochMilli(1_769_860_800_123L), "a/b \u0000", null, "c", "é \"😀\"", null);
        Rejection entry = new Rejection(Instant.EPOCH, "p", 49, "c", "", "{\"a\":\"\u0000\\u0000\"");
        log.add(List.of(whole, entry));

        assertThat(log.latestFirst()).containsExactly(entry, whole);
    }

    @Test
    void dropsTheOldestBeyondItsMaximum() {
        List<Rejection> many = new ArrayList<>();
        for (int i = 0; i < RejectionLog.KEPT_MAX; i++) {
            many.add(rejection("p", i));
        }
        log.add(many);
        log.add(List.of(rejection("p", 1_000), rejection("p", 1_001)));

        List<Rejection> kept = log.latestFirst();
        assertThat(kept).hasSize(RejectionLog.KEPT_MAX);
        assertThat(kept.getFirst()).isEqualTo(rejection("p", 1_001));
        assertThat(kept.getLast()).isEqualTo(rejection("p", 2));
    }

    @Test
    void clearsAllOrThoseOfAProject() {
        log.add(List.of(rejection("p", 0), rejection("arn:p", 1), rejection("q", 2)));

        log.clear(Set.of("p", "arn:p"));
        assertThat(log.latestFirst()).containsExactly(rejection("q", 2));

        log.clear();
        assertThat(log.latestFirst()).isEmpty();
    }

    private static Rejection rejection(String project, int entry) {
        return new Rejection(Instant.ofEpochMilli(entry), project, entry, "ValidationException", "no", "{}");
    }
}
