package io.github.evidently.auth;

import io.github.evidently.error.IncompleteSignatureException;
import io.github.evidently.error.InvalidSignatureException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the text of a request that its signature covers (Signature Version 4, "create a canonical request").
 *
 * <p>It uses only what was sent, nothing decoded: the path is that of the request line, encoded once more. It is not
 * normalized, because no operation has a path that normalizing would change.
 */
final class CanonicalRequest {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** A decoded parameter of the query. */
    record Parameter(String name, String value) {}

    private CanonicalRequest() {}

    /**
     * Builds the text.
     *
     * @param signature names the signed headers
     * @param bodyHash SHA-256 of the body in hexadecimal
     * @throws InvalidSignatureException when a signed header is absent
     */
    static String of(HttpServletRequest request, Signature signature, String bodyHash) {
        StringBuilder text = new StringBuilder(512);
        text.append(request.getMethod()).append('\n');
        encode(request.getRequestURI(), "/", text);
        text.append('\n');
        appendQuery(request.getQueryString(), text);
        text.append('\n');
        for (String name : signature.signedHeaders()) {
            appendHeader(name, request.getHeaders(name), text);
        }
        return text.append('\n')
                .append(String.join(";", signature.signedHeaders()))
                .append('\n')
                .append(bodyHash)
                .toString();
    }

    /**
     * Returns the parameters of a query, in its order, decoded in the same way as by the code that acts on them.
     *
     * @throws IncompleteSignatureException when it cannot be decoded
     */
    static List<Parameter> parameters(@Nullable String query) {
        List<Parameter> parameters = new ArrayList<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String[] nameAndValue = pair.split("=", 2);
                if (!pair.isEmpty()) {
                    parameters.add(new Parameter(
                            decode(nameAndValue[0]), nameAndValue.length > 1 ? decode(nameAndValue[1]) : ""));
                }
            }
        }
        return parameters;
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IncompleteSignatureException("The query string cannot be decoded");
        }
    }

    private static void appendQuery(@Nullable String query, StringBuilder text) {
        List<String> pairs = new ArrayList<>();
        for (Parameter parameter : parameters(query)) {
            if (!parameter.name.equals(Signature.SIGNATURE_PARAMETER)) {
                StringBuilder pair = new StringBuilder();
                encode(parameter.name, "", pair);
                // Sorted by name first: the sign sorts before all that a name is made of.
                pair.append('\0');
                encode(parameter.value, "", pair);
                pairs.add(pair.toString());
            }
        }
        pairs.sort(null);
        text.append(String.join("&", pairs).replace('\0', '='));
    }

    private static void appendHeader(String name, Enumeration<String> values, StringBuilder text) {
        if (!values.hasMoreElements()) {
            throw new InvalidSignatureException("The signed header '" + name + "' is not in the request");
        }
        text.append(name).append(':');
        String separator = "";
        while (values.hasMoreElements()) {
            text.append(separator);
            appendCollapsed(values.nextElement(), text);
            separator = ",";
        }
        text.append('\n');
    }

    /** Appends a value without surrounding spaces, and with one space in place of several. */
    private static void appendCollapsed(String value, StringBuilder text) {
        int start = text.length();
        boolean space = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '\t') {
                space = true;
            } else {
                if (space && text.length() > start) {
                    text.append(' ');
                }
                space = false;
                text.append(c);
            }
        }
    }

    private static void encode(String raw, String unencoded, StringBuilder text) {
        for (byte b : raw.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~'
                    || unencoded.indexOf(c) >= 0;
            if (unreserved) {
                text.append(c);
            } else {
                text.append('%');
                HEX.toHexDigits(text, b);
            }
        }
    }
}
