package io.github.evidently.conformance;

import io.github.evidently.conformance.Case.Kind;
import io.github.evidently.conformance.ServiceModel.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Counts the cases of a run, and keeps the part of docs/conformance.md that is made of the counts. */
final class ConformanceReport {

    private static final Path FILE = Path.of("docs", "conformance.md");
    private static final String BEGIN = "<!-- written by ConformanceIT: begin -->\n";
    private static final String END = "<!-- written by ConformanceIT: end -->\n";

    private static final List<Kind> KINDS = List.of(Kind.values());

    private final Map<String, Map<Kind, Integer>> counts = new HashMap<>();

    void count(Operation operation, Kind kind) {
        counts.computeIfAbsent(operation.name(), _ -> new HashMap<>()).merge(kind, 1, Integer::sum);
    }

    /** The written part for these operations of which some are built. */
    String text(List<Operation> operations, List<Operation> built, EvidentlyClient client) {
        List<String> lines = new ArrayList<>();
        lines.add("| operation | " + KINDS.stream().map(Kind::toString).collect(Collectors.joining(" | "))
                + " | answers checked |");
        lines.add("|---|" + "---:|".repeat(KINDS.size() + 1));
        for (Operation operation : operations) {
            lines.add(row(
                    operation.name(),
                    kind -> counts.getOrDefault(operation.name(), Map.of()).getOrDefault(kind, 0),
                    client.answers(operation)));
        }
        lines.add(row(
                built.size() + " of " + operations.size() + " operations are built",
                kind -> counts.values().stream()
                        .mapToInt(counted -> counted.getOrDefault(kind, 0))
                        .sum(),
                operations.stream().mapToInt(client::answers).sum()));
        lines.add("");
        lines.add("| request or answer | cases | what is expected instead | why |");
        lines.add("|---|---|---|---|");
        lines.addAll(Deviations.rows());
        return String.join("\n", lines) + "\n";
    }

    private static String row(String first, ToIntFunction<Kind> cases, int answers) {
        return "| " + first + " | "
                + KINDS.stream()
                        .map(kind -> Integer.toString(cases.applyAsInt(kind)))
                        .collect(Collectors.joining(" | "))
                + " | " + answers + " |";
    }

    /** The written part as the file has it. */
    static String writtenPart() throws IOException {
        String file = Files.readString(FILE);
        return file.substring(begin(file), file.indexOf(END));
    }

    /** Replaces the written part of the file. */
    static void write(String text) throws IOException {
        String file = Files.readString(FILE);
        Files.writeString(FILE, file.substring(0, begin(file)) + text + file.substring(file.indexOf(END)));
    }

    private static int begin(String file) {
        return file.indexOf(BEGIN) + BEGIN.length();
    }
}
