package io.github.evidently.wire;

/**
 * A request body in memory; closing it gives its memory back to the budget.
 *
 * <p>Not thread-safe: it belongs to the thread that read it.
 */
public final class RequestBody implements AutoCloseable {

    private final byte[] bytes;
    private final Runnable release;
    private boolean open = true;

    RequestBody(byte[] bytes, Runnable release) {
        this.bytes = bytes;
        this.release = release;
    }

    /** Returns exactly what the client sent. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            release.run();
        }
    }
}
