package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LauncherTest {

    @Test
    void anOlderJavaIsToldWhichOneIsNeeded() {
        assertThat(Launcher.refusal(17).orElseThrow())
                .startsWith("evidently-emulator needs Java 25 or later, and this is Java 17 in ");
        assertThat(Launcher.refusal(24)).isPresent();
    }

    @Test
    void aJavaThatIsNewEnoughIsTaken() {
        assertThat(Launcher.refusal(25)).isEmpty();
        assertThat(Launcher.refusal(26)).isEmpty();
    }
}
