package io.github.evidently.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the disk alone allows: appends the bytes of 1,000 events, syncs, and again, for so many seconds.
 *
 * <p>Arguments: FILE SECONDS. Prints one line of JSON.
 */
final class AppendAndSync {

    private static final int EVENTS_PER_REQUEST = 50;
    private static final int EVENTS_PER_SYNC = 1_000;

    private AppendAndSync() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        long limitNanos = Long.parseLong(args[1]) * 1_000_000_000L;
        ByteBuffer chunk = chunk();
        long syncs = 0;
        long elapsedNanos;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            do {
                for (chunk.rewind(); chunk.hasRemaining(); ) {
                    channel.write(chunk);
                }
                channel.force(false);
                syncs++;
                elapsedNanos = System.nanoTime() - start;
            } while (elapsedNanos < limitNanos);
        }
        double seconds = elapsedNanos / 1e9;
        System.out.printf(
                "{\"syncs\":%d,\"bytesPerSync\":%d,\"seconds\":%.3f,\"eventsPerSecond\":%.1f}%n",
                syncs, chunk.capacity(), seconds, syncs * EVENTS_PER_SYNC / seconds);
    }

    private static ByteBuffer chunk() {
        byte[][] bodies = Load.bodies(EVENTS_PER_REQUEST);
        int requests = EVENTS_PER_SYNC / EVENTS_PER_REQUEST;
        int size = 0;
        for (int i = 0; i < requests; i++) {
            size += bodies[i].length;
        }
        ByteBuffer chunk = ByteBuffer.allocateDirect(size);
        for (int i = 0; i < requests; i++) {
            chunk.put(bodies[i]);
        }
        return chunk;
    }
}
