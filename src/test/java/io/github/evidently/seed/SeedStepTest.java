package io.github.evidently.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ConflictException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedStepTest {

    @TempDir
    Path directory;

    private final List<String> runs = new ArrayList<>();

    /** Several servers that share a store may be started, and reset, at the same time. */
    @Test
    void isDoneWhenAnotherNodeHasAddedTheResourceMeanwhile() throws Exception {
        step(1).run();

        assertThat(runs).hasSize(2);
    }

    @Test
    void isAViolationWhenTheResourceIsRefusedAgain() throws Exception {
        SeedStep step = step(2);

        assertThatExceptionOfType(SeedViolationException.class)
                .isThrownBy(step::run)
                .withMessageContaining("planted");
    }

    private SeedStep step(int conflicts) throws Exception {
        Path file = Files.writeString(directory.resolve("seed.json"), "{}");
        return new SeedStep(SeedFile.read(file), null, () -> {
            runs.add("run");
            if (runs.size() <= conflicts) {
                throw new ConflictException("planted", null, null);
            }
        });
    }
}
