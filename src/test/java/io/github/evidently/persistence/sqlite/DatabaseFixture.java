package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.springframework.util.unit.DataSize;

/** A database of its own, for tests of other modules. */
public final class DatabaseFixture {

    private DatabaseFixture() {}

    public static Database open(Path directory) {
        return new Database(
                StoreProperties.embedded(directory, DataSize.ofMegabytes(256), false), new SimpleMeterRegistry());
    }
}
