package io.github.evidently;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy that cuts connections at the worst moment: when the server has answered and the client has not heard. */
public final class CuttingProxy implements AutoCloseable {

    private final ServerSocket clients = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger cuts = new AtomicInteger();
    private final int serverPort;
    private final int cutsMax;

    /**
     * Starts the proxy.
     *
     * @param cutsMax how many connections are cut; those after them are left alone
     */
    public CuttingProxy(int serverPort, int cutsMax) throws IOException {
        this.serverPort = serverPort;
        this.cutsMax = cutsMax;
        Thread.startVirtualThread(this::accept);
    }

    public URI uri() {
        return URI.create("http://localhost:" + clients.getLocalPort());
    }

    /** How many connections it has cut. */
    public int cuts() {
        return cuts.get();
    }

    @Override
    public void close() throws IOException {
        clients.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = clients.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Thread.startVirtualThread(() -> pass(client, server));
                Thread.startVirtualThread(() -> answer(server, client));
            }
        } catch (SocketException e) {
            // Closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has gone; the other goes with it.
        }
    }

    private void answer(Socket server, Socket client) {
        try {
            // The first byte of the answer comes after the commit.
            int first = server.getInputStream().read();
            if (cuts.getAndUpdate(done -> Math.min(done + 1, cutsMax)) < cutsMax) {
                client.close();
                server.close();
            } else if (first >= 0) {
                client.getOutputStream().write(first);
                pass(server, client);
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }
}
