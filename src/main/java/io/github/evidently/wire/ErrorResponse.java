package io.github.evidently.wire;

import io.github.evidently.error.AccessDeniedException;
import io.github.evidently.error.ConflictException;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ExpiredTokenException;
import io.github.evidently.error.IncompleteSignatureException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.InvalidSignatureException;
import io.github.evidently.error.MissingAuthenticationTokenException;
import io.github.evidently.error.RequestEntityTooLargeException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.UnknownOperationException;
import io.github.evidently.error.UnrecognizedClientException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes errors to the client. This is the only place where exceptions become status, {@code x-amzn-ErrorType} and
 * body.
 *
 * <p>The body has the message first, then the members of the shape, absent ones as null, and no type: SDKs take the
 * type from the header, and the real service's bodies have none (observed).
 */
public final class ErrorResponse {

    public static final String REQUEST_ID_HEADER = "x-amzn-RequestId";
    public static final String TYPE_HEADER = "x-amzn-ErrorType";

    private static final Duration UNAVAILABLE_RETRY_AFTER = Duration.ofSeconds(1);
    private static final JsonFactory JSON = new JsonFactory();

    private ErrorResponse() {}

    /** Writes the answer unless one has already started. */
    public static void write(EvidentlyException exception, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(status(exception));
        if (response.getHeader(REQUEST_ID_HEADER) == null) {
            // Refused before the filter saw it.
            response.setHeader(REQUEST_ID_HEADER, UUID.randomUUID().toString());
        }
        response.setHeader(TYPE_HEADER, exception.getClass().getSimpleName());
        Duration retryAfter = retryAfter(exception);
        if (retryAfter != null) {
            response.setHeader(
                    "Retry-After",
                    Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds())));
        }
        response.setContentType("application/json");
        byte[] body = body(exception);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    private static @Nullable Duration retryAfter(EvidentlyException exception) {
        if (exception instanceof ThrottlingException throttling) {
            return throttling.retryAfter();
        }
        return exception instanceof ServiceUnavailableException ? UNAVAILABLE_RETRY_AFTER : null;
    }

    private static int status(EvidentlyException exception) {
        return switch (exception) {
            case ValidationException _ -> 400;
            case ServiceQuotaExceededException _ -> 402;
            case AccessDeniedException _,
                    ExpiredTokenException _,
                    IncompleteSignatureException _,
                    InvalidSignatureException _,
                    MissingAuthenticationTokenException _,
                    UnrecognizedClientException _ -> 403;
            case ResourceNotFoundException _, UnknownOperationException _ -> 404;
            case ConflictException _ -> 409;
            case RequestEntityTooLargeException _ -> 413;
            case ThrottlingException _ -> 429;
            case InternalServerException _ -> 500;
            case ServiceUnavailableException _ -> 503;
        };
    }

    private static byte[] body(EvidentlyException exception) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("message", exception.getMessage());
            switch (exception) {
                case ValidationException e -> {
                    json.writeStringProperty("reason", e.reason().text());
                    writeFieldList(json, e.fieldList());
                }
                case ResourceNotFoundException e -> {
                    writeNullable(json, "resourceId", e.resourceId());
                    writeNullable(json, "resourceType", e.resourceType());
                }
                case ConflictException e -> {
                    writeNullable(json, "resourceId", e.resourceId());
                    writeNullable(json, "resourceType", e.resourceType());
                }
                case ServiceQuotaExceededException e -> {
                    writeNullable(json, "resourceId", e.resourceId());
                    writeNullable(json, "resourceType", e.resourceType());
                    writeNullable(json, "serviceCode", e.serviceCode());
                    writeNullable(json, "quotaCode", e.quotaCode());
                }
                case ThrottlingException e -> {
                    writeNullable(json, "serviceCode", e.serviceCode());
                    writeNullable(json, "quotaCode", e.quotaCode());
                }
                case AccessDeniedException _,
                        ExpiredTokenException _,
                        IncompleteSignatureException _,
                        InternalServerException _,
                        InvalidSignatureException _,
                        MissingAuthenticationTokenException _,
                        RequestEntityTooLargeException _,
                        ServiceUnavailableException _,
                        UnknownOperationException _,
                        UnrecognizedClientException _ -> {
                    // The message is the only member of these.
                }
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void writeFieldList(JsonGenerator json, List<ValidationExceptionField> fieldList) {
        if (fieldList.isEmpty()) {
            json.writeNullProperty("fieldList");
            return;
        }
        json.writeArrayPropertyStart("fieldList");
        for (ValidationExceptionField field : fieldList) {
            json.writeStartObject();
            json.writeStringProperty("name", field.name());
            json.writeStringProperty("message", field.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeNullable(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }
}
