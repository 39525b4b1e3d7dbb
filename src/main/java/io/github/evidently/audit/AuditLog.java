package io.github.evidently.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import io.github.evidently.error.InvalidSettingException;
import io.github.evidently.wire.ErrorResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Records who changed what, and who was refused, as one JSON object per line in a file of its own.
 *
 * <p>The file is rotated by day and by size and takes bounded space on the disk. A line is written right after the
 * answer, and not synced. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {

    private static final FileSize FILE_SIZE_MAX = FileSize.valueOf("10MB");
    private static final FileSize TOTAL_SIZE_MAX = FileSize.valueOf("200MB");
    private static final int DAYS_MAX = 90;

    private static final JsonFactory JSON = new JsonFactory();

    private final Clock clock;
    private final Logger logger;
    private final RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();

    public AuditLog(Path file, Clock clock) {
        this.clock = clock;
        requireWritable(file);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        this.logger = context.getLogger(AuditLog.class);

        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern("%msg%n");
        encoder.start();

        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(file + ".%d.%i");
        policy.setMaxFileSize(FILE_SIZE_MAX);
        policy.setTotalSizeCap(TOTAL_SIZE_MAX);
        policy.setMaxHistory(DAYS_MAX);

        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.setRollingPolicy(policy);
        policy.start();
        appender.start();
    }

    /** Requires that the file can be written. Logback would print a stack trace and go on without it. */
    private static void requireWritable(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new InvalidSettingException("the audit log " + file + " cannot be written");
        }
    }

    /**
     * Writes the outcome of a request whose answer is complete.
     *
     * @param principal the caller; null when unknown
     */
    public void write(
            @Nullable String principal, Target target, HttpServletRequest request, HttpServletResponse response) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("time", clock.instant().toString());
            json.writeStringProperty("principal", principal);
            json.writeStringProperty("action", target.action());
            json.writeStringProperty("resource", target.resource());
            json.writeStringProperty("outcome", outcome(response));
            json.writeNumberProperty("status", response.getStatus());
            json.writeStringProperty("requestId", response.getHeader(ErrorResponse.REQUEST_ID_HEADER));
            json.writeStringProperty("sourceAddress", request.getRemoteAddr());
            json.writeEndObject();
        }
        appender.doAppend(new LoggingEvent(AuditLog.class.getName(), logger, Level.INFO, line.toString(), null, null));
    }

    /** Returns the type of the error, or that there was none. */
    private static String outcome(HttpServletResponse response) {
        String error = response.getHeader(ErrorResponse.TYPE_HEADER);
        return error == null ? "Success" : error;
    }

    @Override
    public void close() {
        appender.stop();
    }
}
