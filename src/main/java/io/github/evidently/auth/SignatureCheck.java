package io.github.evidently.auth;

import io.github.evidently.error.ExpiredTokenException;
import io.github.evidently.error.InvalidSignatureException;
import io.github.evidently.error.UnrecognizedClientException;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies that a request is the one that was signed, by the claimed signer, for this service and for the current time.
 *
 * <p>Thread-safe.
 */
final class SignatureCheck {

    static final String SERVICE = "evidently";

    private static final Logger log = LoggerFactory.getLogger(SignatureCheck.class);
    private static final Duration SKEW_MAX = Duration.ofMinutes(5);
    private static final String HASH_HEADER = "x-amz-content-sha256";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final int SIGNING_KEYS_MAX = 1_000;
    private static final HexFormat HEX = HexFormat.of();

    private static final String MISMATCH =
            "The request signature we calculated does not match the signature you provided."
                    + " Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    static final String UNKNOWN = "The security token included in the request is invalid.";

    private final Credentials credentials;
    private final String region;
    private final RequestBodies bodies;
    private final Clock clock;

    // A key is valid for a day; the four steps to derive it would cost as much as everything else.
    private final Map<KeyOrigin, SecretKeySpec> signingKeys = new ConcurrentHashMap<>();

    private record KeyOrigin(String secretAccessKey, Signature.Scope scope) {

        /** Returns a text without the secrets. */
        @Override
        public String toString() {
            return "KeyOrigin[" + scope + "]";
        }
    }

    SignatureCheck(Credentials credentials, String region, RequestBodies bodies, Clock clock) {
        this.credentials = credentials;
        this.region = region;
        this.bodies = bodies;
        this.clock = clock;
    }

    /**
     * Returns the credential of the signer. Where the signature covers a declared hash of the body, it is checked
     * before the body is read.
     *
     * @throws UnrecognizedClientException when no credential has that access key id, or it has another session token
     * @throws InvalidSignatureException when it is another request's signature, or of another time, region or service
     * @throws ExpiredTokenException when the credentials have expired
     */
    Credential require(Signature signature, HttpServletRequest request) {
        requireScope(signature);
        requireSignedHeaders(signature, request);
        requireTime(signature);
        Credential credential =
                credentials.find(signature.accessKeyId()).orElseThrow(() -> new UnrecognizedClientException(UNKNOWN));
        String declared = declaredHash(request);
        if (declared != null) {
            requireSignature(credential, signature, request, declared);
        }
        String hash =
                HEX.formatHex(sha256(bodies.readAhead(request, declared != null).bytes()));
        if (declared == null) {
            requireSignature(credential, signature, request, hash);
        } else if (!declared.equals(hash)) {
            throw new InvalidSignatureException("The body does not have the hash that x-amz-content-sha256 declares");
        }
        requireToken(credential, signature);
        return credential;
    }

    private void requireScope(Signature signature) {
        Signature.Scope scope = signature.scope();
        if (!scope.region().equals(region)) {
            throw new InvalidSignatureException("Credential should be scoped to a valid region.");
        }
        if (!scope.service().equals(SERVICE)) {
            throw new InvalidSignatureException("Credential should be scoped to correct service: '" + SERVICE + "'.");
        }
        if (!signature.time().startsWith(scope.date() + "T")) {
            throw new InvalidSignatureException(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.");
        }
    }

    private static void requireSignedHeaders(Signature signature, HttpServletRequest request) {
        requireSigned("host", signature);
        boolean dated = signature.inQuery();
        var names = request.getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement().toLowerCase(Locale.ROOT);
            if (name.startsWith("x-amz-")) {
                requireSigned(name, signature);
                dated |= name.equals(Signature.DATE_HEADER);
            }
        }
        if (!dated) {
            requireSigned("date", signature);
        }
    }

    private static void requireSigned(String name, Signature signature) {
        if (!signature.signedHeaders().contains(name)) {
            throw new InvalidSignatureException("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
        }
    }

    private void requireTime(Signature signature) {
        Instant now = clock.instant();
        Instant signed = signature.instant();
        Duration validity = signature.validity();
        if (signed.isAfter(now.plus(SKEW_MAX))) {
            throw new InvalidSignatureException("Signature not yet current: " + signature.time()
                    + " is still later than " + Signature.format(now.plus(SKEW_MAX)) + " (" + Signature.format(now)
                    + " + 5 min.)");
        }
        if (validity == null && signed.isBefore(now.minus(SKEW_MAX))) {
            throw new InvalidSignatureException("Signature expired: " + signature.time() + " is now earlier than "
                    + Signature.format(now.minus(SKEW_MAX)) + " (" + Signature.format(now) + " - 5 min.)");
        }
        if (validity != null && signed.plus(validity).isBefore(now)) {
            throw new InvalidSignatureException("Signature expired: " + Signature.format(signed.plus(validity))
                    + " is now earlier than " + Signature.format(now));
        }
    }

    private static @Nullable String declaredHash(HttpServletRequest request) {
        String declared = request.getHeader(HASH_HEADER);
        if (declared == null) {
            return null;
        }
        if (!HASH.matcher(declared).matches()) {
            throw new InvalidSignatureException(
                    "x-amz-content-sha256 must be the SHA-256 of the body: this service takes no unsigned payload");
        }
        return declared;
    }

    private void requireSignature(
            Credential credential, Signature signature, HttpServletRequest request, String bodyHash) {
        String canonicalRequest = CanonicalRequest.of(request, signature, bodyHash);
        String expected = sign(canonicalRequest, signature, signingKey(credential, signature.scope()));
        if (!MessageDigest.isEqual(ascii(expected), ascii(signature.signature()))) {
            log.debug("Refused a signature; the canonical request was:\n{}", canonicalRequest);
            throw new InvalidSignatureException(MISMATCH);
        }
    }

    private void requireToken(Credential credential, Signature signature) {
        String expected = credential.sessionToken();
        String given = signature.sessionToken();
        if ((expected == null) != (given == null)
                || (expected != null && given != null && !MessageDigest.isEqual(utf8(expected), utf8(given)))) {
            throw new UnrecognizedClientException(UNKNOWN);
        }
        Instant expiration = credential.expiration();
        if (expiration != null && !clock.instant().isBefore(expiration)) {
            throw new ExpiredTokenException("The security token included in the request is expired");
        }
    }

    private SecretKeySpec signingKey(Credential credential, Signature.Scope scope) {
        if (signingKeys.size() > SIGNING_KEYS_MAX) {
            signingKeys.clear();
        }
        return signingKeys.computeIfAbsent(
                new KeyOrigin(credential.secretAccessKey(), scope),
                origin -> signingKey(origin.secretAccessKey, origin.scope));
    }

    /** Returns the signature of a canonical request, in hexadecimal. */
    static String sign(String canonicalRequest, Signature signature, SecretKeySpec signingKey) {
        // Headers are bytes of Latin-1 as Tomcat reads them; all else is ASCII.
        String hash = HEX.formatHex(sha256(canonicalRequest.getBytes(StandardCharsets.ISO_8859_1)));
        return HEX.formatHex(hmac(
                signingKey, Signature.ALGORITHM + '\n' + signature.time() + '\n' + signature.scope() + '\n' + hash));
    }

    static SecretKeySpec signingKey(String secretAccessKey, Signature.Scope scope) {
        byte[] key = utf8("AWS4" + secretAccessKey);
        for (String part : new String[] {scope.date(), scope.region(), scope.service(), "aws4_request"}) {
            key = hmac(new SecretKeySpec(key, "HmacSHA256"), part);
        }
        return new SecretKeySpec(key, "HmacSHA256");
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(utf8(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
