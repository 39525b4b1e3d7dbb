package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On which addresses the server listens. All of 127/8 is this machine, so that a server on all addresses takes connections to
 * 127.0.0.2, and one on 127.0.0.1 does not.
 */
class ListeningIT {

    private static final String OTHER_ADDRESS = "127.0.0.2";

    @TempDir
    Path directory;

    /** {@link ServerProcess} has the port from the file. */
    @Test
    void theReadyLineHasThePortOfThePortFile() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(server.output()).anyMatch(line -> line.contains(" on port " + server.port() + ","));
            connect("127.0.0.1", server.port());
        }
    }

    @Test
    void onlyThisMachineIsListenedToByDefault() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(server.output()).anyMatch(line -> line.contains("address 127.0.0.1,"));
            connect("127.0.0.1", server.port());
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(OTHER_ADDRESS, server.port()));
        }
    }

    @Test
    void anEmptyAddressIsNone() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "server.address=").awaitReady()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(OTHER_ADDRESS, server.port()));
        }
    }

    @Test
    void theAddressOfTheConfigurationIsListenedTo() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "server.address=0.0.0.0").awaitReady()) {
            assertThat(server.output()).anyMatch(line -> line.contains("address 0.0.0.0,"));
            connect(OTHER_ADDRESS, server.port());
        }
    }

    @Test
    void allAddressesAreListenedToWhereSignaturesAreVerified() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                        directory,
                        "evidently.access.authentication=verified",
                        "evidently.access.credentials[0].access-key-id=AKIAIOSFODNN7EXAMPLE",
                        "evidently.access.credentials[0].secret-access-key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
                .awaitReady()) {
            assertThat(server.output()).anyMatch(line -> line.contains("address all,"));
            connect(OTHER_ADDRESS, server.port());
        }
    }

    private static void connect(String address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 5_000);
        }
    }
}
