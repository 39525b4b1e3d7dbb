package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that open connections and do not go on, against a server with a heap of 256 MB: 384 connections. */
class HostileConnectionsIT {

    private static final String EVENT =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}";
    private static final String REQUEST = "GET /projects/demo HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @AfterEach
    void closeAll() throws IOException {
        closeSockets();
        http.close();
    }

    @Test
    void halfRequestHeadsKeepNobodyOut() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            try (Socket before = connect(server)) {
                assertAnswered(before);

                for (int i = 0; i < 2_000; i++) {
                    sockets.add(connect(server, "GET /projects HTTP/1.1\r\nHost: loc"));
                }

                assertAnswered(before);
                assertThat(status(server, "/actuator/health/liveness")).isEqualTo(200);
                assertThat(post(server)).isEqualTo(200);
            }
        }
    }

    @Test
    void silentConnectionsKeepNobodyOut() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            for (int i = 0; i < 2_000; i++) {
                sockets.add(connect(server));
            }

            assertThat(status(server, "/actuator/health/liveness")).isEqualTo(200);
            assertThat(post(server)).isEqualTo(200);
        }
    }

    /** Silent connections with a few among them that always have an unfinished head, and never one that is a second old. */
    @Test
    void fewYoungHeadsAmongSilentConnectionsKeepNobodyOut() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            List<Thread> young = new ArrayList<>();
            CountDownLatch served = new CountDownLatch(3);
            for (int firstWaitMillis : new int[] {100, 300, 500}) {
                young.add(Thread.ofPlatform().start(() -> sendHeadsInHalves(server, firstWaitMillis, served, over)));
            }
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 700; i++) {
                sockets.add(connect(server));
            }

            assertThat(status(server, "/actuator/health/liveness")).isEqualTo(200);
            assertThat(post(server)).isEqualTo(200);
            over.set(true);
            for (Thread thread : young) {
                thread.join();
            }
        }
    }

    private static void sendHeadsInHalves(
            ServerProcess server, int firstWaitMillis, CountDownLatch served, AtomicBoolean over) {
        int half = REQUEST.length() / 2;
        while (!over.get()) {
            try (Socket socket = connect(server)) {
                awaitNothing(socket, firstWaitMillis);
                while (!over.get()) {
                    socket.getOutputStream().write(REQUEST.substring(0, half).getBytes(StandardCharsets.ISO_8859_1));
                    awaitNothing(socket, 600);
                    socket.getOutputStream().write(REQUEST.substring(half).getBytes(StandardCharsets.ISO_8859_1));
                    socket.setSoTimeout(20_000);
                    if (socket.getInputStream().read(new byte[4_096]) < 0) {
                        break;
                    }
                    served.countDown();
                }
            } catch (IOException e) {
                // Closed to make room: begin anew.
            }
        }
    }

    /** Waits for a while, and reads what is left of an answer before it. */
    private static void awaitNothing(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            while (socket.getInputStream().read(new byte[4_096]) >= 0) {
                // The rest of an answer.
            }
        } catch (SocketTimeoutException e) {
            return;
        }
        throw new IOException("closed by the server");
    }

    /** Refused before they are counted: nobody waits for the rest of their bodies. */
    @Test
    void unreadBodiesOfRefusedRequestsLeaveHealthAlone() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            for (int i = 0; i < 1_000; i++) {
                sockets.add(
                        connect(server, "POST /a;b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{"));
            }

            long started = System.nanoTime();
            assertThat(status(server, "/actuator/health/liveness")).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
        }
    }

    /** Each holds a request in process until somebody else needs its place. */
    @Test
    void halfBodiesKeepNobodyOut() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            try (Socket before = connect(server)) {
                assertAnswered(before);

                for (int i = 0; i < 1_500; i++) {
                    sockets.add(connect(
                            server,
                            "POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"));
                }

                Awaitility.await().atMost(Duration.ofSeconds(3)).untilAsserted(() -> assertAnswered(before));
                assertThat(status(server, "/actuator/health/liveness")).isEqualTo(200);
                assertThat(status(server, "/actuator/health/readiness")).isEqualTo(200);
                assertThat(post(server)).isEqualTo(200);
            }
        }
    }

    /** An SDK tries again what was throttled, while it would give up what it was told to be malformed. */
    @Test
    void aBodyThatIsGivenUpForOthersIsThrottled() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                        directory, "evidently.project.names=demo", "server.tomcat.max-connections=2")
                .awaitReady()) {
            // There is room for one request.
            sockets.add(connect(
                    server, "POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"));

            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> post(server) == 200);

            sockets.getFirst().setSoTimeout(5_000);
            assertThat(new String(sockets.getFirst().getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 429")
                    .contains("x-amzn-ErrorType: ThrottlingException");
        }
    }

    /** Ten bytes per second are fast enough for a short body that is alone, but do not make its wait a new one. */
    @Test
    void aBodyThatDripsIsGivenUpForOthers() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                        directory, "evidently.project.names=demo", "server.tomcat.max-connections=2")
                .awaitReady()) {
            // There is room for one request.
            Socket dripping = connect(
                    server, "POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");
            sockets.add(dripping);
            for (int i = 0; i < 20; i++) {
                assertThat(isClosedAfterOneMoreByte(dripping, 100)).isFalse();
            }

            AtomicBoolean over = new AtomicBoolean();
            Thread dripper = Thread.ofPlatform().start(() -> {
                while (!over.get() && !isClosedAfterOneMoreByte(dripping, 100)) {
                    // Goes on.
                }
            });
            assertThat(post(server)).isEqualTo(200);
            over.set(true);
            dripper.join();
        }
    }

    /** The time limit is for the whole head, not for the gap between two bytes. */
    @Test
    void aHeadThatDripsIsGivenUpInTime() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                                directory, "evidently.project.names=demo", "server.tomcat.connection-timeout=2s")
                        .awaitReady();
                Socket socket = connect(server, "GET /projects HTTP/1.1\r\nX: ")) {
            long started = System.nanoTime();

            Awaitility.await()
                    .pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> isClosedAfterOneMoreByte(socket, 10));

            assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofSeconds(1));
        }
    }

    private static boolean isClosedAfterOneMoreByte(Socket socket, int waitMillis) {
        try {
            socket.getOutputStream().write('x');
            socket.setSoTimeout(waitMillis);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static Socket connect(ServerProcess server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    private static Socket connect(ServerProcess server, String beginning) throws IOException {
        Socket socket = connect(server);
        try {
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // Closed already, to make room.
        }
        return socket;
    }

    private static void assertAnswered(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.ISO_8859_1));
        byte[] answer = new byte[4_096];
        int length = socket.getInputStream().read(answer);
        assertThat(new String(answer, 0, Math.max(0, length), StandardCharsets.ISO_8859_1))
                .startsWith("HTTP/1.1 200");
    }

    private int status(ServerProcess server, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(server.uri(path)));
    }

    private int post(ServerProcess server) throws IOException, InterruptedException {
        URI events = server.uri("/events/projects/demo");
        return send(HttpRequest.newBuilder(events).POST(BodyPublishers.ofString(EVENT)));
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private void closeSockets() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }
}
