package io.github.evidently;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.util.FileSystemUtils;

/** The packaged server in a process of its own, which a test may kill. */
public final class ServerProcess implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final String READY = "Ready: evidently-emulator ";

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Path portFile;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader;

    private ServerProcess(List<String> command) {
        this.portFile = Path.of("target", "it-ports", UUID.randomUUID().toString());
        this.process = launch(command, Map.of("PORTFILE", portFile.toString()));
        this.reader = Thread.ofPlatform().daemon().start(this::readOutput);
    }

    /**
     * Starts a server on a free port; does not wait for it.
     *
     * @param storeDirectory where its database is
     * @param properties further ones, as {@code name=value}
     */
    public static ServerProcess start(Path storeDirectory, String... properties) {
        return startOnPort(0, storeDirectory, properties);
    }

    /** Starts a server on that port; does not wait for it. */
    public static ServerProcess startOnPort(int port, Path storeDirectory, String... properties) {
        return start(List.of("-XX:AOTCache=" + ExtractedJar.CACHE), port, storeDirectory, properties);
    }

    /** Starts a server on a free port, of a JVM with that option; does not wait for it. */
    public static ServerProcess startWithJvmOption(String option, Path storeDirectory, String... properties) {
        return start(List.of("-XX:AOTCache=" + ExtractedJar.CACHE, option), 0, storeDirectory, properties);
    }

    /** Runs the packaged jar as a user does who has nothing but it. */
    public static ServerProcess runJar(String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-jar", "target/evidently-emulator.jar"));
        command.addAll(List.of(arguments));
        return new ServerProcess(command);
    }

    private static ServerProcess start(List<String> jvmOptions, int port, Path storeDirectory, String... properties) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                // The tests start many servers that live for seconds: compiling well would not pay.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                // Whoever is killed leaves files behind.
                "-Djava.io.tmpdir=" + ExtractedJar.TEMPORARY,
                "-Dspring.aot.enabled=true"));
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-jar",
                ExtractedJar.DIRECTORY.resolve("evidently-emulator.jar").toString(),
                "--server.port=" + port,
                "--evidently.store.directory=" + storeDirectory));
        for (String property : properties) {
            command.add("--" + property);
        }
        return new ServerProcess(command);
    }

    private static Process launch(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().keySet().removeIf(name -> name.startsWith("EVIDENTLY_") || name.startsWith("SERVER_"));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packaged jar as the image runs it, extracted and with an AOT cache: it starts in half the time. */
    private static final class ExtractedJar {

        /** Names this JVM among those that share the tests. */
        static final String FORK = System.getProperty("test.fork", "single");

        static final Path DIRECTORY = Path.of("target", "it-runtime", FORK);
        static final Path TEMPORARY = Path.of("target", "it-temporary", FORK);
        static final Path CACHE = DIRECTORY.resolve("evidently-emulator.aot");

        static {
            try {
                FileSystemUtils.deleteRecursively(DIRECTORY);
                FileSystemUtils.deleteRecursively(TEMPORARY);
                Files.createDirectories(TEMPORARY);
                Process extraction = launch(
                        List.of(
                                JAVA,
                                "-Djarmode=tools",
                                "-jar",
                                "target/evidently-emulator.jar",
                                "extract",
                                "--destination",
                                DIRECTORY.toString()),
                        Map.of());
                if (extraction.waitFor() != 0) {
                    throw new IllegalStateException(
                            new String(extraction.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                }
                try (ServerProcess training = start(
                        List.of("-XX:AOTCacheOutput=" + CACHE),
                        0,
                        DIRECTORY.resolve("data"),
                        "evidently.project.names=demo")) {
                    training.awaitReady();
                    training.terminate();
                    training.awaitEnd();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Waits until the server takes requests. */
    public ServerProcess awaitReady() throws InterruptedException {
        try {
            port.get(START_MAX.toSeconds(), TimeUnit.SECONDS);
            return this;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the server did not start: " + output, e);
        }
    }

    /** Where a path of the server is; the server must be ready. */
    public URI uri(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    public int port() {
        return port.join();
    }

    /** What it has written so far, or all of it once it has ended. */
    public List<String> output() {
        return output;
    }

    /** SIGTERM. */
    public void terminate() {
        // Process.destroy would also close the pipe that the server still writes to.
        process.toHandle().destroy();
    }

    /** SIGKILL; returns at once. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits until the process has ended by itself and returns its exit status. */
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not end: " + output);
        }
        reader.join();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        // A server that is killed leaves it behind.
        FileSystemUtils.deleteRecursively(portFile.toFile());
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                if (line.contains(READY)) {
                    port.complete(Integer.parseInt(Files.readString(portFile)));
                }
            }
            port.completeExceptionally(new IllegalStateException("it ended"));
        } catch (IOException e) {
            port.completeExceptionally(e);
            throw new UncheckedIOException(e);
        }
    }
}
