package io.github.evidently.auth;

import io.github.evidently.error.IncompleteSignatureException;
import io.github.evidently.error.MissingAuthenticationTokenException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Signature Version 4 as a request carries it, in the header {@code Authorization} or in the query; well-formed, but
 * not checked.
 *
 * @param accessKeyId the access key id of the claimed signer
 * @param scope the scope of the signing key
 * @param signedHeaders lower case, sorted, each once
 * @param signature 64 hexadecimal digits
 * @param time when it was signed, as it was written, such as {@code 20150830T123600Z}
 * @param instant the same as a point in time
 * @param validity how long a signature in the query is valid; null for one in the header
 * @param sessionToken the token of temporary credentials
 */
record Signature(
        String accessKeyId,
        Scope scope,
        List<String> signedHeaders,
        String signature,
        String time,
        Instant instant,
        @Nullable Duration validity,
        @Nullable String sessionToken) {

    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String DATE_HEADER = "x-amz-date";
    static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

    private static final String TOKEN_HEADER = "x-amz-security-token";
    private static final String TERMINATOR = "aws4_request";
    private static final Duration VALIDITY_MAX = Duration.ofDays(7);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");
    private static final Pattern TIME_FORM = Pattern.compile("[0-9]{8}T[0-9]{6}Z");
    private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /**
     * The scope of a signing key.
     *
     * @param date a day as {@code 20150830}
     */
    record Scope(String date, String region, String service) {

        @Override
        public String toString() {
            return date + "/" + region + "/" + service + "/" + TERMINATOR;
        }
    }

    /** Tells whether the signature is in the query. */
    boolean inQuery() {
        return validity != null;
    }

    /** Formats a time as signatures do. */
    static String format(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    /**
     * Reads the signature of a request.
     *
     * @throws MissingAuthenticationTokenException when there is none
     * @throws IncompleteSignatureException when there is more than one, or when it is not well-formed
     */
    static Signature of(HttpServletRequest request) {
        boolean query =
                request.getQueryString() != null && request.getQueryString().contains("X-Amz-Algorithm=");
        String authorization = single(request, "Authorization");
        if (authorization == null && !query) {
            throw new MissingAuthenticationTokenException("Missing Authentication Token");
        }
        if (authorization != null && query) {
            throw new IncompleteSignatureException(
                    "There must be one signature: in the Authorization header or in the query");
        }
        return authorization == null ? ofQuery(request) : ofHeader(authorization, request);
    }

    private static Signature ofHeader(String authorization, HttpServletRequest request) {
        if (!authorization.startsWith(ALGORITHM + " ")) {
            throw new IncompleteSignatureException("Authorization header requires the algorithm " + ALGORITHM);
        }
        Map<String, String> parts = new HashMap<>();
        for (String part : authorization.substring(ALGORITHM.length()).split(",", -1)) {
            String[] nameAndValue = part.strip().split("=", 2);
            if (nameAndValue.length < 2 || parts.put(nameAndValue[0], nameAndValue[1]) != null) {
                throw new IncompleteSignatureException(
                        "Authorization header has a part that is not name=value, or one twice");
            }
        }
        StringJoiner missing = new StringJoiner(" ");
        String credential = part("Credential", parts, missing);
        String signature = part("Signature", parts, missing);
        String signedHeaders = part("SignedHeaders", parts, missing);
        String date = single(request, DATE_HEADER);
        if (date == null && single(request, "Date") == null) {
            missing.add("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }
        if (missing.length() > 0) {
            throw new IncompleteSignatureException(missing.toString());
        }
        if (parts.size() > 3) {
            throw new IncompleteSignatureException("Authorization header has a part that no signature has");
        }
        return of(
                credential,
                signedHeaders,
                signature,
                date == null ? ofHttpDate(single(request, "Date")) : date,
                null,
                single(request, TOKEN_HEADER));
    }

    private static String part(String name, Map<String, String> parts, StringJoiner missing) {
        String part = parts.get(name);
        if (part == null) {
            missing.add("Authorization header requires '" + name + "' parameter.");
            return "";
        }
        return part;
    }

    private static Signature ofQuery(HttpServletRequest request) {
        Map<String, List<String>> parameters = new HashMap<>();
        for (CanonicalRequest.Parameter parameter : CanonicalRequest.parameters(request.getQueryString())) {
            parameters.computeIfAbsent(parameter.name(), _ -> new ArrayList<>()).add(parameter.value());
        }
        if (!ALGORITHM.equals(required(parameters, "X-Amz-Algorithm"))) {
            throw new IncompleteSignatureException("X-Amz-Algorithm must be " + ALGORITHM);
        }
        String expires = required(parameters, "X-Amz-Expires");
        if (!expires.matches("[0-9]{1,6}") || Integer.parseInt(expires) > VALIDITY_MAX.toSeconds()) {
            throw new IncompleteSignatureException(
                    "X-Amz-Expires must be a number of seconds up to " + VALIDITY_MAX.toSeconds());
        }
        return of(
                required(parameters, "X-Amz-Credential"),
                required(parameters, "X-Amz-SignedHeaders"),
                required(parameters, SIGNATURE_PARAMETER),
                required(parameters, "X-Amz-Date"),
                Duration.ofSeconds(Long.parseLong(expires)),
                parameters.containsKey("X-Amz-Security-Token") ? required(parameters, "X-Amz-Security-Token") : null);
    }

    private static Signature of(
            String credential,
            String signedHeaders,
            String signature,
            String time,
            @Nullable Duration validity,
            @Nullable String sessionToken) {
        String[] scope = credential.split("/", -1);
        if (scope.length != 5 || !scope[4].equals(TERMINATOR)) {
            throw new IncompleteSignatureException("Credential must have exactly 5 slash-delimited elements,"
                    + " e.g. keyid/date/region/service/aws4_request");
        }
        List<String> names = List.of(signedHeaders.split(";", -1));
        if (!names.stream().allMatch(name -> HEADER_NAME.matcher(name).matches()) || !isSortedSet(names)) {
            throw new IncompleteSignatureException("SignedHeaders must be names in lower case, sorted, each once");
        }
        if (!HEX.matcher(signature).matches()) {
            throw new IncompleteSignatureException("Signature must be 64 hexadecimal digits in lower case");
        }
        return new Signature(
                scope[0],
                new Scope(scope[1], scope[2], scope[3]),
                names,
                signature,
                time,
                parse(time),
                validity,
                sessionToken);
    }

    /** Parses a time by hand: a formatter takes as long as the rest of this class. */
    private static Instant parse(String time) {
        if (TIME_FORM.matcher(time).matches()) {
            try {
                return LocalDateTime.of(
                                number(time, 0, 4),
                                number(time, 4, 6),
                                number(time, 6, 8),
                                number(time, 9, 11),
                                number(time, 11, 13),
                                number(time, 13, 15))
                        .toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // For example the thirtieth of February.
            }
        }
        throw new IncompleteSignatureException("Date must be in ISO-8601 'basic format', such as 20150830T123600Z");
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static boolean isSortedSet(List<String> names) {
        for (int i = 1; i < names.size(); i++) {
            if (names.get(i - 1).compareTo(names.get(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static String ofHttpDate(@Nullable String date) {
        try {
            return format(ZonedDateTime.parse(String.valueOf(date), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return String.valueOf(date);
        }
    }

    /** Returns the value of a header that must be unique: of two, one could be read and the other checked. */
    private static @Nullable String single(HttpServletRequest request, String name) {
        var values = request.getHeaders(name);
        if (!values.hasMoreElements()) {
            return null;
        }
        String value = values.nextElement();
        if (values.hasMoreElements()) {
            throw new IncompleteSignatureException("The header " + name + " must be there once");
        }
        return value;
    }

    private static String required(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.get(name);
        if (values == null || values.size() != 1) {
            throw new IncompleteSignatureException("AWS query-string parameters must include '" + name + "' once");
        }
        return values.getFirst();
    }
}
