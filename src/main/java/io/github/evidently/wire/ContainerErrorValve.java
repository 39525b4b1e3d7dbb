package io.github.evidently.wire;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ValidationException;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests that Tomcat refuses before any of our code sees them, such as a malformed request line: the
 * fourth of the doors to {@link ErrorResponse}. At the end of each request it also skips the rest of the body.
 *
 * <p>Tomcat creates it by name, so it is public and has a constructor without parameters.
 */
public class ContainerErrorValve extends ErrorReportValve {

    private static final String AFTER_REQUEST = ContainerErrorValve.class.getName() + ".AFTER_REQUEST";
    private static final String DISCONNECT = ContainerErrorValve.class.getName() + ".DISCONNECT";

    /** Closes the connection without an answer at the end of the request, unless an answer has already started. */
    public static void disconnect(ServletRequest request) {
        request.setAttribute(DISCONNECT, true);
    }

    private static boolean isDisconnected(ServletRequest request) {
        return request.getAttribute(DISCONNECT) != null;
    }

    /** Runs an action once nothing more of the request is read. */
    static void afterRequest(ServletRequest request, Runnable action) {
        request.setAttribute(AFTER_REQUEST, action);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        try {
            super.invoke(request, response);
            if (!isDisconnected(request) && !request.getCoyoteRequest().isFinished()) {
                response.finishResponse();
                // Only counted requests wait for a client.
                boolean mayWait = request.getAttribute(AFTER_REQUEST) != null;
                if (!mayWait || !UnreadBody.skip(request.getCoyoteRequest())) {
                    request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
                }
            }
        } finally {
            if (request.getAttribute(AFTER_REQUEST) instanceof Runnable action) {
                action.run();
            }
        }
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        if (isDisconnected(request)) {
            response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, new IOException("closed on purpose"));
            return;
        }
        // Only errors without a body: another door has answered everything else.
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            ErrorResponse.write(error(request, response.getStatus(), throwable), response);
            response.finishResponse();
        } catch (IOException e) {
            getContainer().getLogger().debug("the client is gone", e);
        }
    }

    private static EvidentlyException error(Request request, int status, @Nullable Throwable failure) {
        EvidentlyException error = HttpErrors.of(status);
        if (!(error instanceof ValidationException)) {
            return error;
        }
        int headSizeMax =
                ((AbstractHttp11Protocol<?>) request.getConnector().getProtocolHandler()).getMaxHttpRequestHeaderSize();
        return ValidationException.cannotParse(
                ContainerRefusal.describe(request.getCoyoteRequest(), status, failure, headSizeMax));
    }
}
