package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

/** A port of the actuator's own, which asks nobody for a signature. */
@RunningServer
@TestPropertySource(properties = "management.server.port=0")
class ManagementPortIT {

    @Value("${local.management.port}")
    int port;

    @Test
    void isListenedToOnThisMachineAlone() throws IOException {
        connect("127.0.0.1");
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect("127.0.0.2"));
    }

    private void connect(String address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 5_000);
        }
    }
}
