package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBlobTest {

    private static final List<ProjectEvent> EVENTS = List.of(
            new ProjectEvent(EventType.CUSTOM, Instant.ofEpochMilli(1_637_368_646_468L), "{\"a\":\"ä語😀\"}"),
            new ProjectEvent(EventType.EVALUATION, Instant.EPOCH, "{}"));

    @Test
    void givesBackWhatItTook() {
        assertThat(EventBlob.decode(EventBlob.encode(EVENTS))).isEqualTo(EVENTS);
        assertThat(EventBlob.decode(EventBlob.encode(List.of()))).isEmpty();
    }

    /** What is on disk stays readable: a change of this form needs a migration. */
    @Test
    void hasTheFormThatIsOnDisk() {
        byte[] blob = EventBlob.encode(List.of(new ProjectEvent(EventType.CUSTOM, Instant.ofEpochMilli(258), "{}")));

        assertThat(HexFormat.of().formatHex(blob))
                .isEqualTo("02" + "0000000000000102" + "00000002" + "7b7d" + "925cffd0");
    }

    @Test
    void noticesEveryByteThatChanged() {
        byte[] blob = EventBlob.encode(EVENTS);
        for (int i = 0; i < blob.length; i++) {
            byte[] damaged = blob.clone();
            damaged[i] ^= 0x10;
            assertThatIllegalStateException().isThrownBy(() -> EventBlob.decode(damaged));
        }
        for (int length = 0; length < blob.length; length++) {
            byte[] cut = Arrays.copyOf(blob, length);
            assertThatIllegalStateException().isThrownBy(() -> EventBlob.decode(cut));
        }
    }
}
