package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** What shall go wrong on purpose with good entries of a batch; it travels with the request. Thread-safe. */
public interface EntryFault {

    /** Refuses none. */
    EntryFault NONE = new EntryFault() {
        @Override
        public boolean refusesNext() {
            return false;
        }

        @Override
        public String errorCode() {
            return "none";
        }

        @Override
        public String errorMessage() {
            return "none";
        }
    };

    /** Decides on the next good entry: asked once for each, in their order. */
    boolean refusesNext();

    /** The {@code errorCode} of a refused entry, 1 to 64 characters. */
    String errorCode();

    /** The {@code errorMessage} of a refused entry, 1 to 1024 characters. */
    String errorMessage();

    /** Sends it along with a request. */
    static void set(HttpServletRequest request, EntryFault fault) {
        request.setAttribute(EntryFault.class.getName(), fault);
    }

    /** What was sent along; null when nothing shall go wrong. */
    static @Nullable EntryFault of(HttpServletRequest request) {
        return (EntryFault) request.getAttribute(EntryFault.class.getName());
    }
}
