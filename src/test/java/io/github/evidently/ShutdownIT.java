package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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
    void answersWhoWaitsForEvents() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET /_evidently/events?wait=PT30S HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            // The server has it once it has answered one that came later.
            RestAssured.get(server.uri("/projects")).then().statusCode(200);
            long start = System.nanoTime();
            server.terminate();

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200").contains("{\"events\":[],\"nextAfter\":null}");
            assertThat(server.awaitEnd()).isEqualTo(TERMINATED);
            // Not even the time that requests in flight have.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
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

    /** A client that does not retry sees no reset: it is told to close the connection, and the next one is refused. */
    @Test
    void resetsNoConnectionUnderLoad() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            AtomicInteger answers = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                clients.add(Thread.ofPlatform().start(() -> {
                    try {
                        while (getOnOneConnection(server.port(), answers)) {
                            // The server has closed it: open another.
                        }
                    } catch (IOException | RuntimeException e) {
                        failures.add(e);
                    }
                }));
            }
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> answers.get() >= 2_000);
            assertEndsInTime(server);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    /** Sends requests until one is answered with {@code Connection: close}; false when the server accepts no connection. */
    private static boolean getOnOneConnection(int port, AtomicInteger answers) throws IOException {
        Socket socket = new Socket();
        try (socket) {
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (ConnectException e) {
                return false;
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            while (true) {
                socket.getOutputStream()
                        .write("GET /projects/demo HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
                String status = lines.readLine();
                if (status == null || !status.startsWith("HTTP/1.1 200")) {
                    throw new IOException("answered with " + status);
                }
                boolean isLast = false;
                int length = 0;
                for (String header = lines.readLine(); !header.isEmpty(); header = lines.readLine()) {
                    String lower = header.toLowerCase(Locale.ROOT);
                    isLast |= lower.equals("connection: close");
                    length = lower.startsWith("content-length: ") ? Integer.parseInt(lower.substring(16)) : length;
                }
                lines.skip(length);
                answers.incrementAndGet();
                if (isLast) {
                    return true;
                }
            }
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
