package io.github.evidently;

import java.net.BindException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Reports why the server cannot listen on its port and address. It runs before Spring Boot's own, which does not name
 * our properties.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class PortFailureAnalyzer implements FailureAnalyzer {

    private static final String OUT_OF_RANGE = "port out of range:"; // The text of the JDK.

    private final Environment environment;

    PortFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (cause instanceof IllegalArgumentException && message != null && message.startsWith(OUT_OF_RANGE)) {
                return new FailureAnalysis(
                        "There is no port " + message.substring(OUT_OF_RANGE.length()) + ".",
                        "Set server.port (SERVER_PORT) to a number from 1 to 65535, or to 0 for a port that is free.",
                        cause);
            }
            if (cause instanceof PortInUseException taken) {
                return new FailureAnalysis(
                        "Port " + taken.getPort() + " is in use by another program.",
                        "Stop that program, or set server.port (SERVER_PORT) to another port, or to 0 for one that is free.",
                        cause);
            }
            if (cause instanceof BindException && message != null && message.contains("Permission denied")) {
                return new FailureAnalysis(
                        "Port " + environment.getProperty("server.port") + " may not be opened by this user.",
                        "Set server.port (SERVER_PORT) to a port from 1024 on, or let the user open lower ones.",
                        cause);
            }
            if (cause instanceof BindException) {
                return new FailureAnalysis(
                        "The address " + environment.getProperty("server.address") + " is no address of this machine.",
                        "Set server.address (SERVER_ADDRESS) to one that is, to 0.0.0.0 for all, or leave it out.",
                        cause);
            }
        }
        return null;
    }
}
