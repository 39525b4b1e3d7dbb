package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM: no new requests, those in flight are answered, and the process ends soon. */
class ShutdownIT {

    private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(5);

    // SIGTERM's exit status, as shells and container engines know it.
    private static final int TERMINATED = 143;

    @TempDir
    Path directory;

    @Test
    void answersWhatItHasStored() throws Exception {
        try (EventSender sender = new EventSender()) {
            try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                    .awaitReady()) {
                List<Thread> senders = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    senders.add(Thread.startVirtualThread(
                            () -> sender.sendUntilGone(server.uri("/events/projects/demo"), 50)));
                }
                while (sender.acknowledged().size() < 2_000) {
                    Thread.onSpinWait();
                }
                assertEndsInTime(server);
                for (Thread thread : senders) {
                    thread.join();
                }
            }
            try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
                assertThat(sender.readAfter(server, 0).stream().map(EventSender.Stored::number))
                        .containsExactlyInAnyOrderElementsOf(sender.acknowledged());
            }
        }
    }

    @Test
    void doesNotWaitForAClientThatNeverEndsItsRequest() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port());
                Socket idle = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            slow.getOutputStream()
                    .write("POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
                            .getBytes(StandardCharsets.UTF_8));
            idle.getOutputStream()
                    .write("GET /projects HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            assertThat(idle.getInputStream().read()).isEqualTo('H');

            assertEndsInTime(server);
        }
    }

    private static void assertEndsInTime(ServerProcess server) throws InterruptedException {
        long start = System.nanoTime();
        server.terminate();
        assertThat(server.awaitEnd()).isEqualTo(TERMINATED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHUTDOWN_MAX);
    }
}
