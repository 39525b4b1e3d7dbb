package io.github.evidently;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when one of its threads dies for lack of memory.
 *
 * <p>Without its acceptor or its poller the web server would keep its port and answer no request. No acknowledged
 * change is lost, and the supervisor of the process can start it again.
 */
final class MemoryErrors {

    private static final Logger log = LoggerFactory.getLogger(MemoryErrors.class);
    private static final int END_STATUS = 70;

    private MemoryErrors() {}

    /** Watches all threads that do not handle their own errors. */
    static void endProcess() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            if (failure instanceof VirtualMachineError) {
                end(thread, failure);
            }
            log.error("The thread {} has ended", thread.getName(), failure);
        });
    }

    @SuppressWarnings("SystemExitOutsideMain")
    private static void end(Thread thread, Throwable failure) {
        try {
            System.err.println("The server ends: its thread " + thread.getName() + " has died of " + failure
                    + ". Give it a larger heap (-Xmx), or fewer connections (server.tomcat.max-connections).");
        } finally {
            Runtime.getRuntime().halt(END_STATUS);
        }
    }
}
