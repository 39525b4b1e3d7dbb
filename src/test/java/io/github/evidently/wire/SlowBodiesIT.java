package io.github.evidently.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** Clients that announce much and send little: the budget is for what has arrived, and only while more arrives. */
@RunningServer
@TestPropertySource(
        properties = {
            "evidently.project.names=demo",
            "evidently.wire.body-memory-max=1MB",
            "evidently.wire.body-time-max=2s"
        })
class SlowBodiesIT {

    private static final int CLIENTS = 200;
    private static final byte[] HEAD =
            "POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private final List<Socket> sockets = new ArrayList<>();

    @LocalServerPort
    int port;

    @AfterEach
    void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void keepNobodyOut() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            connect().getOutputStream().write('{');
        }
        // The head of each was read when its connection was accepted, long before this many answers.
        for (int i = 0; i < 100; i++) {
            given().port(port)
                    .body("{\"events\":[]}")
                    .post("/events/projects/demo")
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void areGivenUpInTime() throws Exception {
        Socket socket = connect();
        socket.setSoTimeout((int) Duration.ofMillis(200).toMillis());
        long started = System.nanoTime();
        while (true) {
            socket.getOutputStream().write(' ');
            try {
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                        .isEqualTo("HTTP/1.1 400");
                return;
            } catch (SocketTimeoutException e) {
                assertThat(System.nanoTime() - started)
                        .isLessThan(Duration.ofSeconds(10).toNanos());
            }
        }
    }

    /** Four bodies that fill what there is for large ones, and do not go on. */
    @Test
    void largeOnesLeaveRoomForSmallOnesAndAreGivenUpWhenTheyLag() throws Exception {
        long started = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            socket.getOutputStream()
                    .write("POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[220_000]);
        }

        for (int i = 0; i < 20; i++) {
            given().port(port)
                    .body("{\"events\":[]" + " ".repeat(20_000) + "}")
                    .post("/events/projects/demo")
                    .then()
                    .statusCode(200);
        }
        // 22 % of the body is due after 22 % of what follows the first second.
        while (!isAnswered(sockets.getFirst())) {
            assertThat(System.nanoTime() - started)
                    .isLessThan(Duration.ofSeconds(10).toNanos());
        }
        assertThat(given().port(port)
                        .body("{\"events\":[]" + " ".repeat(900_000) + "}")
                        .post("/events/projects/demo")
                        .statusCode())
                .isIn(200, 429);
    }

    private static boolean isAnswered(Socket socket) throws IOException {
        socket.setSoTimeout((int) Duration.ofMillis(100).toMillis());
        try {
            socket.getOutputStream().write(' ');
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.getOutputStream().write(HEAD);
        return socket;
    }
}
