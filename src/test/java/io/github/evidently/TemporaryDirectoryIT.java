package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server does where Java has no directory for temporary files. docker/check has those that are mounted noexec. */
class TemporaryDirectoryIT {

    @TempDir
    Path directory;

    @Test
    void startsWithoutADirectoryForTemporaryFiles() throws Exception {
        Path missing = directory.resolve("missing");
        try (ServerProcess server = ServerProcess.startWithJvmOption(
                                "-Djava.io.tmpdir=" + missing,
                                directory.resolve("data"),
                                "evidently.project.names=demo")
                        .awaitReady();
                EventSender sender = new EventSender()) {
            assertThat(sender.send(server.uri("/events/projects/demo"), 1)).isEqualTo(200);
            assertThat(String.join("\n", server.output())).doesNotContain("\tat ");
        }
        assertThat(missing).doesNotExist();
    }

    @Test
    void clearsWhatAKilledServerHasLeft() throws Exception {
        Path data = directory.resolve("data");
        Path left = Files.createDirectories(data.resolve("evidently-tmp")).resolve("left");
        Files.createFile(left);
        try (ServerProcess server = ServerProcess.start(data).awaitReady()) {
            assertThat(left).doesNotExist();
            assertThat(server.port()).isPositive();
        }
    }

    @Test
    void keepsTheUsualDirectoryForTemporaryFilesEmptyOverKillsAndStarts() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        for (int run = 0; run < 2; run++) {
            try (ServerProcess server = ServerProcess.startWithJvmOption(
                            "-Djava.io.tmpdir=" + temporary, directory.resolve("data"))
                    .awaitReady()) {
                assertThat(temporary).isEmptyDirectory();
                server.kill();
                server.awaitEnd();
            }
            assertThat(temporary).isEmptyDirectory();
        }
    }
}
