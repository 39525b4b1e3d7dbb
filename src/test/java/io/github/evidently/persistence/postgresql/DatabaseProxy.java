package io.github.evidently.persistence.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between a node and the database that a test can cut, hold up, or let lose the answer to a commit. */
final class DatabaseProxy implements AutoCloseable {

    private static final String COMMITTED = "COMMIT\0"; // The tag of a commit that succeeded.

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int serverPort;
    private volatile boolean isCut;
    private volatile boolean losesNextCommit;
    private volatile CountDownLatch open = new CountDownLatch(0);
    private final AtomicInteger losses = new AtomicInteger();

    DatabaseProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Resets all connections, and new ones until {@link #mend}. */
    void cut() {
        isCut = true;
        for (Socket socket : sockets) {
            close(socket);
        }
    }

    /** Passes nothing on in either direction until {@link #mend}. */
    void stall() {
        open = new CountDownLatch(1);
    }

    void mend() {
        isCut = false;
        open.countDown();
    }

    /** Cuts the connection of the next commit once the server has made it. */
    void loseNextCommit() {
        losesNextCommit = true;
    }

    int losses() {
        return losses.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (isCut) {
                    close(client);
                } else {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                    sockets.add(client);
                    sockets.add(server);
                    Thread.startVirtualThread(() -> pass(client, server, false));
                    Thread.startVirtualThread(() -> pass(server, client, true));
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pass(Socket from, Socket to, boolean fromServer) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[64 * 1024];
            for (int count; (count = in.read(bytes)) >= 0; ) {
                open.await();
                if (fromServer && losesNextCommit && contains(bytes, count)) {
                    losesNextCommit = false;
                    losses.incrementAndGet();
                    return;
                }
                out.write(bytes, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // One side has gone; the other goes with it.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static boolean contains(byte[] bytes, int count) {
        return new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains(COMMITTED);
    }

    private static void close(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        mend();
        cut();
    }
}
