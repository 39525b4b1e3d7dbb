package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.Cursors;
import io.github.evidently.persistence.CursorsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteCursorsTest extends CursorsContract {

    @TempDir
    Path directory;

    private Database database;

    @Override
    protected Cursors open() {
        database = DatabaseFixture.open(directory);
        return new SqliteCursors(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void staysOverARestart() {
        assertThat(new SqliteCursors(database).advance("a", 0, 5)).isTrue();
        database.close();

        assertThat(open().position("a")).isEqualTo(5);
    }
}
