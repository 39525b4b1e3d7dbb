package io.github.evidently.seed;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a seed file may look like at all; what may stand in it is tested with {@link SeedReader}. */
class SeedFileTest {

    @TempDir
    Path directory;

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("json", "", " in line 1: It is empty."),
                Arguments.of("json", "[\n]", " in line 1: Member must be an object."),
                Arguments.of(
                        "json",
                        "{\"segments\": [],\n\n x}",
                        " in line 3: it has a character that does not belong there."),
                Arguments.of("json", "{\n\"segments\": [", " in line 2: it ends too early."),
                Arguments.of("json", "{}\n{}", " in line 2: Something follows the end of the object."),
                Arguments.of("json", "{\"a\":\n {\"b\": 1,\n \"b\": 2}}", " in line 3 at a.b: Member is there twice."),
                Arguments.of(
                        "json",
                        "{\"a\":\n" + "[".repeat(50) + "]".repeat(50) + "}",
                        " in line 2: it nests deeper than 50 levels."),
                Arguments.of("yaml", "# Nothing\n", " in line 1: It is empty."),
                Arguments.of("yaml", "- a\n", " in line 1: Member must be an object."),
                Arguments.of("yml", "a: 1\nb: c: 2\n", " in line 2: mapping values are not allowed here."),
                Arguments.of(
                        "yaml",
                        "a: 1\n\tb: 2\n",
                        " in line 2: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for"
                                + " indentation)."),
                Arguments.of("yaml", "a: 1\n---\nb: 2\n", " in line 2: but found another document."),
                Arguments.of("yaml", "a:\n  b: 1\n  b: 2\n", " in line 3 at a.b: Member is there twice."),
                Arguments.of("yaml", "a:\n  [b]: 1\n", " in line 2 at a: The name of a member must be a text."),
                Arguments.of(
                        "yaml",
                        "a: &a {}\nb:\n  - *a\n",
                        " in line 2 at b.0: Aliases are not supported, write it out."),
                Arguments.of("yaml", "a: &a\n  b: *a\n", " in line 2 at a.b: Aliases are not supported, write it out."),
                Arguments.of("yaml", "a: " + "[".repeat(60) + "]".repeat(60), ": Nesting Depth exceeded max 50."));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysInWhichLineItIsWrong(String extension, String content, String sentence) throws Exception {
        Path file = Files.writeString(directory.resolve("seed." + extension), content);

        assertThatThrownBy(() -> SeedFile.read(file))
                .isInstanceOf(SeedViolationException.class)
                .hasMessage("The seed file " + file + " is wrong" + sentence);
    }

    @Test
    void takesAByteOrderMark() throws Exception {
        Path file = Files.writeString(directory.resolve("seed.json"), "\uFEFF{}");

        assertThatCode(() -> SeedFile.read(file)).doesNotThrowAnyException();
    }

    @Test
    void saysThatItIsNotThere() {
        Path file = directory.resolve("seed.json");

        assertThatThrownBy(() -> SeedFile.read(file))
                .hasMessage(
                        "The seed file " + file + " cannot be read: java.nio.file.NoSuchFileException: " + file + ".");
    }

    @Test
    void saysThatItIsNoUtf8() throws Exception {
        Path file = Files.write(directory.resolve("seed.yaml"), "name: Übung".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> SeedFile.read(file)).hasMessage("The seed file " + file + " is not valid UTF-8.");
    }

    @Test
    void saysThatItIsTooLarge() throws Exception {
        Path file = Files.write(directory.resolve("seed.yaml"), new byte[16 * 1024 * 1024 + 1]);

        assertThatThrownBy(() -> SeedFile.read(file))
                .hasMessage("The seed file " + file + " is larger than 16777216 bytes.");
    }

    @Test
    void saysWhatItsNameMustEndIn() throws Exception {
        Path file = Files.writeString(directory.resolve("seed.txt"), "{}");

        assertThatThrownBy(() -> SeedFile.read(file))
                .hasMessage("The name of the seed file " + file + " ends neither in .yaml nor in .json.");
    }
}
