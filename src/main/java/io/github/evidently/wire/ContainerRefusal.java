package io.github.evidently.wire;

import org.apache.coyote.Request;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/**
 * Describes why Tomcat refused a request before any of our code saw it.
 *
 * <p>Tomcat keeps no reason for most of its refusals, so this class examines the request again.
 */
final class ContainerRefusal {

    private static final String EXPLANATION = ContainerRefusal.class.getName();
    private static final StringManager TOMCAT = StringManager.getManager("org.apache.coyote.http11");
    private static final int QUOTED_LENGTH_MAX = 40;

    private ContainerRefusal() {}

    /** Leaves an explanation for {@link #describe}. */
    static void explain(Request request, String explanation) {
        request.setAttribute(EXPLANATION, explanation);
    }

    /**
     * Returns one sentence with the cause.
     *
     * @param status the status that Tomcat answers
     * @param failure the exception that it threw while it read the request; null when it only set the status
     * @param headSizeMax the limit of the request line and the headers together, in bytes
     */
    static String describe(Request request, int status, @Nullable Throwable failure, int headSizeMax) {
        if (request.getAttribute(EXPLANATION) instanceof String explanation) {
            return explanation;
        }
        return switch (status) {
            case 417 -> "The Expect header must be 100-continue";
            case 501 -> "The Transfer-Encoding must be chunked";
            case 505 -> "The HTTP version " + quote(request.protocol()) + " is not supported; use HTTP/1.1";
            default -> failure == null ? describeHead(request) : describeFailure(failure, request, headSizeMax);
        };
    }

    private static String describeFailure(Throwable failure, Request request, int headSizeMax) {
        String message = String.valueOf(failure.getMessage());
        if (isTomcats(message, "iib.requestheadertoolarge.error")) {
            return "The request line and the headers together are larger than " + headSizeMax
                    + " bytes (server.max-http-request-header-size)";
        }
        if (failure instanceof IllegalStateException) { // From MimeHeaders.
            return "The request has more than " + request.getMimeHeaders().size() + " headers";
        }
        if (isTomcats(message, "iib.invalidmethod")) {
            return "The request line does not begin with an HTTP method: this is not HTTP/1.1, or it is TLS on a port without TLS";
        }
        if (isTomcats(message, "iib.invalidRequestTarget")) {
            return "The path or the query has a character that must be percent-encoded";
        }
        if (isTomcats(message, "iib.invalidHttpProtocol")) {
            return "The request line does not end with a version such as HTTP/1.1";
        }
        return "A header line is not well-formed: it must be a name, a colon and a value";
    }

    /** Tells whether that is Tomcat's message of that key, with any arguments. */
    private static boolean isTomcats(String message, String key) {
        String template = TOMCAT.getString(key, "\0");
        int filled = template.indexOf('\0');
        return message.startsWith(filled < 0 ? template : template.substring(0, filled));
    }

    private static String describeHead(Request request) {
        MimeHeaders headers = request.getMimeHeaders();
        int hosts = count(headers, "host");
        if (hosts > 1) {
            return "The request has more than one Host header";
        }
        if (hosts == 0 && request.protocol().equals("HTTP/1.1")) {
            return "The request has no Host header";
        }
        if (count(headers, "content-length") > 1) {
            return "The request has more than one Content-Length header";
        }
        MessageBytes length = headers.getValue("content-length");
        if (length != null && !isNumber(length.toString())) {
            return "The Content-Length header must be a number of bytes";
        }
        if (count(headers, "transfer-encoding") > 0
                && !headers.getHeader("transfer-encoding").equals("chunked")) {
            return "The Transfer-Encoding must be chunked";
        }
        if (request.protocol().isNull() || request.protocol().getLength() == 0) {
            return "The request line does not end with a version such as HTTP/1.1";
        }
        String uri = String.valueOf(request.requestURI().toString());
        return uri.contains("%") || uri.contains("..")
                ? "The path must not leave its root and must be well percent-encoded: no encoded NUL or backslash, and"
                        + " two hexadecimal digits behind each %"
                : "The URI of the request line does not fit the Host header, or has a character that must be percent-encoded";
    }

    private static boolean isNumber(String text) {
        try {
            return Long.parseLong(text) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static int count(MimeHeaders headers, String name) {
        int count = 0;
        for (int i = headers.findHeader(name, 0); i >= 0; i = headers.findHeader(name, i + 1)) {
            count++;
        }
        return count;
    }

    private static String quote(MessageBytes value) {
        String text = String.valueOf(value.toString());
        return "'" + (text.length() > QUOTED_LENGTH_MAX ? text.substring(0, QUOTED_LENGTH_MAX) + "…" : text) + "'";
    }
}
