package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.awaitility.Awaitility;
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
                    senders.add(Thread.ofPlatform()
                            .start(() -> sender.sendUntilGone(server.uri("/events/projects/demo"), 50, () -> {})));
                }
                Awaitility.await()
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> sender.acknowledged().size() >= 2_000);
                assertEndsInTime(server);
                for (Thread thread : senders) {
                    thread.join();
                }
            }
            try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
                List<Long> stored = sender.readAfter(server, 0).stream()
                        .map(EventSender.Stored::number)
                        .toList();
                assertThat(stored).doesNotHaveDuplicates();
                assertThat(new HashSet<>(stored)).isEqualTo(sender.acknowledged());
            }
        }
    }

    @Test
    void finishesARequestThatHasBegun() throws Exception {
        String body = "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{\\\"n\\\":1}\"}]}";
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream request = socket.getOutputStream();
            request.write(("POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n{")
                    .getBytes(StandardCharsets.UTF_8));
            // The server has it once it has answered one that came later.
            RestAssured.get(server.uri("/projects")).then().statusCode(200);
            server.terminate();
            awaitRefusal(server.port());
            request.write(body.substring(1).getBytes(StandardCharsets.UTF_8));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200").contains("\"failedEventCount\":0");
            assertThat(server.awaitEnd()).isEqualTo(TERMINATED);
        }
        try (EventSender sender = new EventSender();
                ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(sender.readAfter(server, 0)).hasSize(1);
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

    private static void awaitRefusal(int port) throws IOException {
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
            } catch (ConnectException e) {
                return;
            } catch (SocketException e) {
                // Reset while the server was closing its door: the next one will find it shut.
            }
        }
    }

    private static void assertEndsInTime(ServerProcess server) throws InterruptedException {
        long start = System.nanoTime();
        server.terminate();
        assertThat(server.awaitEnd()).isEqualTo(TERMINATED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHUTDOWN_MAX);
    }
}
