package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** An injected fault for valid entries of a batch; it travels with the request. Thread-safe. */
public interface EntryFault {

    /** Refuses no entry. */
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

    /** Tells whether the next valid entry is refused: called once for each, in their order. */
    boolean refusesNext();

    /** Returns the {@code errorCode} of a refused entry, 1 to 64 characters. */
    String errorCode();

    /** Returns the {@code errorMessage} of a refused entry, 1 to 1024 characters. */
    String errorMessage();

    /** Attaches a fault to a request. */
    static void set(HttpServletRequest request, EntryFault fault) {
        request.setAttribute(EntryFault.class.getName(), fault);
    }

    /** Returns the fault attached to a request; null when none is injected. */
    static @Nullable EntryFault of(HttpServletRequest request) {
        return (EntryFault) request.getAttribute(EntryFault.class.getName());
    }
}
