package io.github.evidently.seed;

import io.github.evidently.seed.SeedContent.ProjectContent;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads a seed from a directory with one file for each resource, the output of a Get operation; see {@link Dump}. */
final class SeedDirectory {

    private static final int FILES_MAX = 10_000;
    private static final String SUFFIX = ".json";

    // projects/<project>/features/<feature>.json
    private static final int DEPTH_MAX = 4;

    private final Path directory;
    private final List<SeedObject> segments = new ArrayList<>();
    private final Map<String, Project> projects = new TreeMap<>();

    private SeedDirectory(Path directory) {
        this.directory = directory;
    }

    /** The files found for a project. */
    private static final class Project {

        private @Nullable SeedObject project;
        private final List<SeedObject> features = new ArrayList<>();
        private final List<SeedObject> launches = new ArrayList<>();
        private final List<SeedObject> experiments = new ArrayList<>();

        ProjectContent toContent(String name) {
            SeedObject source = Stream.concat(
                            Stream.ofNullable(project),
                            Stream.of(features, launches, experiments).flatMap(List::stream))
                    .findFirst()
                    .orElseThrow();
            return new ProjectContent(name, source, project, features, launches, experiments);
        }
    }

    /** @throws SeedViolationException when it cannot be read, or has a JSON file in an unknown place */
    static SeedContent read(Path directory) {
        SeedDirectory seed = new SeedDirectory(directory);
        seed.files().forEach(seed::add);
        return new SeedContent(
                seed.segments,
                seed.projects.entrySet().stream()
                        .map(project -> project.getValue().toContent(project.getKey()))
                        .toList());
    }

    private List<Path> files() {
        try (Stream<Path> found =
                Files.find(directory, DEPTH_MAX, (file, _) -> isJson(file), FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = found.limit(FILES_MAX + 1).sorted().toList();
            if (files.isEmpty() || files.size() > FILES_MAX) {
                throw new SeedViolationException("The seed directory " + directory + " must have 1 to " + FILES_MAX
                        + " files such as projects/<project>/features/<feature>.json, but it has "
                        + (files.isEmpty() ? "none." : "more."));
            }
            return files;
        } catch (IOException e) {
            throw new SeedViolationException("The seed directory " + directory + " cannot be read: " + e + ".");
        }
    }

    /**
     * Tells whether to read a file. Hidden files are left out: a Kubernetes volume has its content twice, once in a
     * hidden directory.
     */
    private boolean isJson(Path file) {
        boolean isHidden = StreamSupport.stream(directory.relativize(file).spliterator(), false)
                .anyMatch(name -> name.toString().startsWith("."));
        return !isHidden && file.toString().endsWith(SUFFIX) && Files.isRegularFile(file);
    }

    private void add(Path file) {
        List<String> names = StreamSupport.stream(directory.relativize(file).spliterator(), false)
                .map(Path::toString)
                .toList();
        boolean isOfProject = names.getFirst().equals("projects");
        if (names.size() == 2 && names.getFirst().equals("segments")) {
            segments.add(Dump.segment(SeedFile.read(file)));
        } else if (isOfProject && names.size() == 2) {
            String name = names.get(1);
            addProject(name.substring(0, name.length() - SUFFIX.length()), file);
        } else if (isOfProject && names.size() == 3 && names.get(2).equals("project.json")) {
            addProject(names.get(1), file);
        } else if (isOfProject && names.size() == DEPTH_MAX) {
            addContent(project(names.get(1)), names.get(2), file);
        } else {
            throw misplaced(file);
        }
    }

    private void addProject(String name, Path file) {
        Project project = project(name);
        SeedObject content = Dump.project(SeedFile.read(file), name);
        if (project.project != null) {
            throw content.violation("name", "There is another file of this project");
        }
        project.project = content;
    }

    private void addContent(Project project, String kind, Path file) {
        switch (kind) {
            case "features" -> project.features.add(Dump.feature(SeedFile.read(file)));
            case "launches" -> project.launches.add(Dump.launch(SeedFile.read(file)));
            case "experiments" -> project.experiments.add(Dump.experiment(SeedFile.read(file)));
            default -> throw misplaced(file);
        }
    }

    private Project project(String name) {
        return projects.computeIfAbsent(name, _ -> new Project());
    }

    /** Returns the violation. Ignoring the file could lose something that cannot be dumped again. */
    private SeedViolationException misplaced(Path file) {
        return new SeedViolationException(
                "The seed directory " + directory + " has the file " + directory.relativize(file)
                        + ", but a seed has segments/<segment>.json, projects/<project>.json and, in projects/<project>,"
                        + " project.json, features/<feature>.json, launches/<launch>.json and"
                        + " experiments/<experiment>.json.");
    }
}
