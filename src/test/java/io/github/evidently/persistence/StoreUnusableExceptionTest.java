package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class StoreUnusableExceptionTest {

    @Test
    void saysWhatTheCauseSays() {
        SQLException failure = new SQLException("Error opening connection", new IOException("no library\nfor this OS"));

        assertThat(StoreUnusableException.describe(failure))
                .isEqualTo("SQLException Error opening connection: IOException no library");
        assertThat(StoreUnusableException.describe(new StoreUnusableException("It is damaged.", "Mend it.", failure)))
                .isEqualTo("It is damaged. Mend it.");
    }
}
