package io.github.evidently.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a fixed rate, whether or not the earlier ones were answered, and measures each from the moment when
 * it was due.
 *
 * <p>Clients do not wait for each other: one that stalls for 100 ms delays the 100 requests that were due meanwhile, and
 * all of them count. A generator that sends the next request after the last answer would see a single slow one.
 *
 * <p>Arguments: PORT PATH REQUESTS_PER_SECOND EVENTS_PER_REQUEST WARM_UP_SECONDS SECONDS [FILE]. The lines of the file are sent
 * as bodies in turn; without one, those of {@link Load}. Prints one line of JSON; an answer other than 200 with
 * {@code "failedEventCount":0} is an error.
 */
final class OpenLoop {

    // Up to so many requests are under way at once; when all are, those that are due wait, and their time runs.
    private static final int CONNECTIONS = 64;
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int HEAD_SIZE_MAX = 16 * 1024;
    private static final long LATE_NANOS = 1_000_000;
    private static final byte[] NONE_FAILED = "\"failedEventCount\":0".getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final byte[][] requests;
    private final double intervalNanos;
    private final long[] latencies;
    private final long[] sendDelays;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private volatile long startNanos;
    private volatile long lastAnswerNanos;

    private OpenLoop(int port, byte[][] requests, int rate, int count) {
        this.port = port;
        this.requests = requests;
        this.intervalNanos = 1e9 / rate;
        this.latencies = new long[count];
        this.sendDelays = new long[count];
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(args[0]);
        int rate = Integer.parseInt(args[2]);
        int warmUp = rate * Integer.parseInt(args[4]);
        int count = warmUp + rate * Integer.parseInt(args[5]);
        byte[][] bodies = args.length > 6 ? lines(Path.of(args[6])) : Load.bodies(Integer.parseInt(args[3]));
        OpenLoop loop = new OpenLoop(port, requests(args[1], bodies), rate, count);
        loop.run();
        System.out.println(loop.report(warmUp));
    }

    private static byte[][] lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    private static byte[][] requests(String path, byte[][] bodies) {
        byte[][] requests = new byte[bodies.length][];
        for (int i = 0; i < requests.length; i++) {
            byte[] body = bodies[i];
            String[] lines = {
                "POST " + path + " HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + body.length,
                "",
                ""
            };
            byte[] head = String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII);
            requests[i] = ByteBuffer.allocate(head.length + body.length)
                    .put(head)
                    .put(body)
                    .array();
        }
        return requests;
    }

    private void run() throws InterruptedException {
        Thread[] threads = new Thread[CONNECTIONS];
        startNanos = System.nanoTime() + 200_000_000;
        for (int i = 0; i < CONNECTIONS; i++) {
            threads[i] = Thread.ofPlatform().start(this::connection);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void connection() {
        int request = -1;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            byte[] buffer = new byte[HEAD_SIZE_MAX];
            while ((request = next.getAndIncrement()) < latencies.length) {
                long due = startNanos + (long) (request * intervalNanos);
                for (long now; (now = System.nanoTime()) < due; ) {
                    LockSupport.parkNanos(due - now);
                }
                sendDelays[request] = System.nanoTime() - due;
                out.write(requests[request % requests.length]);
                boolean accepted = isAccepted(in, buffer);
                long now = System.nanoTime();
                latencies[request] = now - due;
                lastAnswerNanos = now;
                if (!accepted) {
                    errors.incrementAndGet();
                }
            }
        } catch (IOException e) {
            System.err.println("request " + request + ": " + e);
            errors.incrementAndGet();
        }
    }

    private static boolean isAccepted(InputStream in, byte[] buffer) throws IOException {
        int size = 0;
        do {
            int read = in.read();
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            buffer[size++] = (byte) read;
        } while (size < 4 || buffer[size - 1] != '\n' || buffer[size - 3] != '\n');
        String head = new String(buffer, 0, size, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int length = head.indexOf("\r\ncontent-length:");
        if (length < 0) {
            throw new IOException("an answer without Content-Length: " + head);
        }
        int from = length + "\r\ncontent-length:".length();
        byte[] body = in.readNBytes(
                Integer.parseInt(head.substring(from, head.indexOf('\r', from)).trim()));
        return head.startsWith("http/1.1 200 ") && endsWithNoneFailed(body);
    }

    /** The count is the last member. */
    private static boolean endsWithNoneFailed(byte[] body) {
        int from = body.length - NONE_FAILED.length - 1;
        return from >= 0 && Arrays.equals(body, from, body.length - 1, NONE_FAILED, 0, NONE_FAILED.length);
    }

    private String report(int warmUp) {
        long[] sorted = Arrays.copyOfRange(latencies, warmUp, latencies.length);
        Arrays.sort(sorted);
        long late = Arrays.stream(sendDelays, warmUp, sendDelays.length)
                .filter(delay -> delay > LATE_NANOS)
                .count();
        double seconds = (lastAnswerNanos - startNanos - warmUp * intervalNanos) / 1e9;
        return String.format(
                Locale.ROOT,
                "{\"requests\":%d,\"errors\":%d,\"late\":%d,\"seconds\":%.3f,\"requestsPerSecond\":%.1f,"
                        + "\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"p999Ms\":%.3f,\"maxMs\":%.3f}",
                sorted.length,
                errors.get(),
                late,
                seconds,
                sorted.length / seconds,
                percentile(sorted, 0.5),
                percentile(sorted, 0.99),
                percentile(sorted, 0.999),
                percentile(sorted, 1));
    }

    private static double percentile(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
