package io.github.evidently.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The part of docs/conformance.md that is written by hand. */
class ConformanceDocumentTest {

    private static final Pattern RULE = Pattern.compile("\\| (.+) \\| (.+) \\| `(\\w+)\\.(\\w+)` \\|");

    private static final List<String> LABELS =
            List.of("model", "API reference", "user guide", "observed", "SDK", "our choice");

    @Test
    void everyRuleSaysWhereItIsKnownFromAndWhichTestProvesIt() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(25).allSatisfy(row -> {
            Matcher rule = RULE.matcher(row);
            assertThat(rule.matches()).as(row).isTrue();
            assertThat(LABELS).contains(rule.group(2));
            assertThat(source(rule.group(3))).containsPattern("void " + rule.group(4) + "\\(");
        });
    }

    private static List<String> rows() throws IOException {
        String file = Files.readString(Path.of("docs", "conformance.md"));
        return file.substring(file.indexOf("## Rules that are not in the model"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| rule |"))
                .toList();
    }

    private static String source(String testClass) {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            return files.filter(file -> file.endsWith(testClass + ".java"))
                    .map(ConformanceDocumentTest::read)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
