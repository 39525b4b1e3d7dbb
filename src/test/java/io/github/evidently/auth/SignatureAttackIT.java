package io.github.evidently.auth;

import static io.github.evidently.auth.SignedRequest.signer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests that were tampered with, replayed or made up: each is refused and nothing of it is stored. */
@ProtectedServer
class SignatureAttackIT {

    private static final String PATH = "/events/projects/shop";
    private static final String EVENTS =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{\\\"n\\\":1}\"}]}";
    private static final String OTHER_EVENTS = EVENTS.replace('1', '2');

    @LocalServerPort
    int port;

    private String storedBefore;

    @BeforeEach
    void count() throws IOException {
        storedBefore = stored();
    }

    @AfterEach
    void nothingIsStored() throws IOException {
        assertThat(stored()).isEqualTo(storedBefore);
    }

    /** Makes an attack out of a signer for this server. */
    interface Attack {
        SignedRequest make(SignedRequest.Signer signer);
    }

    private static Arguments attack(String name, String type, Attack attack) {
        return Arguments.argumentSet(name, type, attack);
    }

    private static SignedRequest good(SignedRequest.Signer signer) {
        return signer.sign("POST", PATH, EVENTS);
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                attack("no signature", "MissingAuthenticationTokenException", s -> good(s).without("Authorization")),
                attack(
                        "another scheme",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", _ -> "Bearer token")),
                attack(
                        "an asymmetric signature",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace("AWS4-HMAC", "AWS4-ECDSA-P256"))),
                attack("another body", "InvalidSignatureException", s -> good(s).body(OTHER_EVENTS)),
                attack(
                        "another body with its hash",
                        "InvalidSignatureException",
                        s -> good(s).body(OTHER_EVENTS).header("x-amz-content-sha256", _ -> sha256(OTHER_EVENTS))),
                attack(
                        "a hash in upper case",
                        "InvalidSignatureException",
                        s -> good(s).header("x-amz-content-sha256", value -> value.toUpperCase(Locale.ROOT))),
                attack("no body", "InvalidSignatureException", s -> good(s).body("")),
                attack(
                        "a body that nothing covers",
                        "InvalidSignatureException",
                        s -> s.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
                                .sign("POST", PATH, EVENTS)
                                .header("x-amz-content-sha256", _ -> "UNSIGNED-PAYLOAD")),
                attack(
                        "another project",
                        "InvalidSignatureException",
                        s -> good(s).line(line -> line.replace("projects/shop", "projects/other"))),
                attack(
                        "another spelling of the project",
                        "InvalidSignatureException",
                        s -> good(s).line(line -> line.replace("projects/shop", "projects/sh%6Fp"))),
                attack(
                        "a query",
                        "InvalidSignatureException",
                        s -> good(s).line(line -> line.replace(" HTTP", "?a=1 HTTP"))),
                attack(
                        "an empty parameter",
                        "InvalidSignatureException",
                        s -> good(s).line(line -> line.replace(" HTTP", "?a HTTP"))),
                attack(
                        "another parameter",
                        "InvalidSignatureException",
                        s -> s.sign("POST", PATH + "?a=1", EVENTS).line(line -> line.replace("a=1", "a=2"))),
                attack(
                        "a parameter twice",
                        "InvalidSignatureException",
                        s -> s.sign("POST", PATH + "?a=1", EVENTS).line(line -> line.replace("a=1", "a=1&a=1"))),
                attack(
                        "a query that cannot be decoded",
                        "IncompleteSignatureException",
                        s -> good(s).line(line -> line.replace(" HTTP", "?X-Amz-Algorithm=%zz HTTP"))
                                .without("Authorization")),
                attack(
                        "another method",
                        "InvalidSignatureException",
                        s -> s.sign("GET", "/projects/shop", "").line(line -> line.replace("GET", "DELETE"))),
                attack(
                        "POST for GET",
                        "InvalidSignatureException",
                        s -> s.sign("GET", "/projects", "").line(line -> line.replace("GET", "POST"))),
                attack(
                        "another value of a signed header",
                        "InvalidSignatureException",
                        s -> s.header("x-amz-meta", "a")
                                .sign("POST", PATH, EVENTS)
                                .header("x-amz-meta", _ -> "b")),
                attack(
                        "a signed header twice",
                        "InvalidSignatureException",
                        s -> s.header("x-amz-meta", "a")
                                .sign("POST", PATH, EVENTS)
                                .header("X-Amz-Meta", _ -> "b")),
                attack(
                        "a signed header gone",
                        "InvalidSignatureException",
                        s -> s.header("x-amz-meta", "a")
                                .sign("POST", PATH, EVENTS)
                                .without("x-amz-meta")),
                attack(
                        "an x-amz- header that is not signed",
                        "InvalidSignatureException",
                        s -> good(s).header("x-amz-meta", _ -> "a")),
                attack(
                        "another host",
                        "InvalidSignatureException",
                        s -> good(s).header("Host", _ -> "evidently.internal")),
                attack(
                        "a host that is not signed",
                        "InvalidSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace("host;", ""))),
                attack(
                        "another date",
                        "InvalidSignatureException",
                        s -> good(s).header(
                                        "X-Amz-Date",
                                        value -> value.substring(0, 14) + (value.charAt(14) == '0' ? "1" : "0") + "Z")),
                attack(
                        "a date that is not signed",
                        "InvalidSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace(";x-amz-date", ""))),
                attack("no date", "IncompleteSignatureException", s -> good(s).without("X-Amz-Date")),
                attack(
                        "a date of another form",
                        "IncompleteSignatureException",
                        s -> good(s).header("X-Amz-Date", _ -> Instant.now().toString())),
                attack(
                        "two dates",
                        "IncompleteSignatureException",
                        s -> good(s).header("x-amz-date", _ -> "20150830T123600Z")),
                attack(
                        "a day that the date is not of",
                        "InvalidSignatureException",
                        s -> good(s).header("Authorization", value -> value.replaceFirst("/[0-9]{8}/", "/20150830/"))),
                attack("another Region", "InvalidSignatureException", s -> good(s.region("eu-west-1"))),
                attack(
                        "another Region in the scope only",
                        "InvalidSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace("us-east-1", "eu-west-1"))),
                attack("another service", "InvalidSignatureException", s -> good(s.service("execute-api"))),
                attack("a Region in upper case", "InvalidSignatureException", s -> good(s.region("US-EAST-1"))),
                attack("a service in upper case", "InvalidSignatureException", s -> good(s.service("Evidently"))),
                attack(
                        "a terminator in upper case",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace("aws4_request", "AWS4_REQUEST"))),
                attack(
                        "a scope with one part more",
                        "IncompleteSignatureException",
                        s -> good(s).header(
                                        "Authorization", value -> value.replace("/aws4_request", "/x/aws4_request"))),
                attack(
                        "signed headers in upper case",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace("host;", "Host;"))),
                attack(
                        "signed headers not in order",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", value -> value.replaceFirst("=(host);(.*?),", "=$2;$1,"))),
                attack(
                        "a signed header named twice",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", value -> value.replace("host;", "host;host;"))),
                attack(
                        "a signature in upper case",
                        "IncompleteSignatureException",
                        s -> good(s).header(
                                        "Authorization",
                                        value -> value.substring(0, value.indexOf("Signature=") + 10)
                                                + value.substring(value.indexOf("Signature=") + 10)
                                                        .toUpperCase(Locale.ROOT)
                                                        .replaceAll("^[0-9]*$", "A"))),
                attack(
                        "half a signature",
                        "IncompleteSignatureException",
                        s -> good(s).header("Authorization", value -> value.substring(0, value.length() - 32))),
                attack(
                        "an empty signature",
                        "IncompleteSignatureException",
                        s -> good(s).header(
                                        "Authorization",
                                        value -> value.replaceFirst("Signature=[0-9a-f]{64}", "Signature="))),
                attack(
                        "a signature made up",
                        "InvalidSignatureException",
                        s -> good(s).header(
                                        "Authorization",
                                        value -> value.replaceFirst(
                                                "Signature=[0-9a-f]{64}", "Signature=" + "0".repeat(64)))),
                attack(
                        "a part of the header twice",
                        "IncompleteSignatureException",
                        s -> good(s).header(
                                        "Authorization",
                                        value -> value + ", Credential=AKIDEXAMPLE/a/b/c/aws4_request")),
                attack(
                        "two Authorization headers",
                        "IncompleteSignatureException",
                        s -> good(s).header("authorization", _ -> "AWS4-HMAC-SHA256 Credential=x")),
                attack(
                        "a header and a query",
                        "IncompleteSignatureException",
                        s -> good(s).line(line -> line.replace(" HTTP", "?X-Amz-Algorithm=AWS4-HMAC-SHA256 HTTP"))),
                attack(
                        "a replay after the window",
                        "InvalidSignatureException",
                        s -> good(s.time(Instant.now().minus(Duration.ofSeconds(301))))),
                attack(
                        "a request of the future",
                        "InvalidSignatureException",
                        s -> good(s.time(Instant.now().plus(Duration.ofSeconds(305))))),
                attack(
                        "an unknown access key",
                        "UnrecognizedClientException",
                        s -> good(s.as("AKIAUNKNOWN", SignedRequest.SECRET_ACCESS_KEY))),
                attack(
                        "an access key in lower case",
                        "UnrecognizedClientException",
                        s -> good(s.as("akiaiosfodnn7example", SignedRequest.SECRET_ACCESS_KEY))),
                attack(
                        "another secret",
                        "InvalidSignatureException",
                        s -> good(s.as(SignedRequest.ACCESS_KEY_ID, "another"))),
                attack(
                        "an empty secret",
                        "InvalidSignatureException",
                        s -> good(s.as(SignedRequest.ACCESS_KEY_ID, ""))),
                attack(
                        "the secret of another",
                        "InvalidSignatureException",
                        s -> good(s.as(SignedRequest.ACCESS_KEY_ID, "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"))),
                attack(
                        "a presigned URL for longer",
                        "InvalidSignatureException",
                        s -> s.presigned(Duration.ofSeconds(60))
                                .sign("POST", PATH, EVENTS)
                                .line(line -> line.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))),
                attack(
                        "a presigned URL past its time",
                        "InvalidSignatureException",
                        s -> s.presigned(Duration.ofSeconds(60))
                                .time(Instant.now().minusSeconds(61))
                                .sign("POST", PATH, EVENTS)),
                attack(
                        "a presigned URL for a month",
                        "IncompleteSignatureException",
                        s -> s.presigned(Duration.ofSeconds(60))
                                .sign("POST", PATH, EVENTS)
                                .line(line -> line.replace("X-Amz-Expires=60", "X-Amz-Expires=2592000"))),
                attack(
                        "a presigned URL with another body",
                        "InvalidSignatureException",
                        s -> s.presigned(Duration.ofSeconds(60))
                                .sign("POST", PATH, EVENTS)
                                .body(OTHER_EVENTS)),
                attack(
                        "a presigned URL with two signatures",
                        "IncompleteSignatureException",
                        s -> s.presigned(Duration.ofSeconds(60))
                                .sign("POST", PATH, EVENTS)
                                .line(line -> line.replace(" HTTP", "&X-Amz-Signature=" + "0".repeat(64) + " HTTP"))));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void anAttackIsRefused(String type, Attack attack) throws Exception {
        assertThat(attack.make(admin()).send(port))
                .startsWith("HTTP/1.1 403 ")
                .contains("x-amzn-ErrorType: " + type + "\r\n")
                // What was expected instead is for the server's own log.
                .doesNotContain("Canonical", "AWS4-HMAC-SHA256\n", sha256(EVENTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//events/projects/shop",
                "/events//projects/shop",
                "/events/projects/shop/",
                "/./events/projects/shop",
                "/x/../events/projects/shop",
                "/events/projects/other/../shop",
                "/events/projects/other/%2e%2e/shop",
                "/events/projects/other%2F..%2Fshop",
                "/events/projects/..%2Fshop",
                "/events/projects/shop%00",
                "/events/projects/shop%5C..%5Cother",
                "/events;jsessionid=1/projects/shop",
                "/events/projects/shop;jsessionid=1",
                "/events/projects/shop%3Bjsessionid=1",
                "/EVENTS/projects/shop",
            })
    void aTrickWithThePathEndsNowhere(String path) throws Exception {
        // As an attacker would change it, and as a caller without the permission might sign it.
        for (SignedRequest request : new SignedRequest[] {
            good(admin()).line(line -> line.replace(PATH, path)),
            admin().as("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
                    .sign("POST", path, EVENTS)
        }) {
            assertThat(request.send(port)).as(request.line()).matches("(?s)HTTP/1.1 (400|403|404) .*");
        }
    }

    @Test
    void hugeHeadersAreRefused() throws Exception {
        assertThat(good(admin())
                        .header("Authorization", value -> value + "0".repeat(100_000))
                        .send(port))
                .startsWith("HTTP/1.1 400 ");
        assertThat(good(admin()).header("x-amz-meta", _ -> "a".repeat(7_000)).send(port))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aFoldedHeaderHidesNothing() throws Exception {
        SignedRequest request = good(admin());
        String authorization = request.headers().get("Authorization");

        assertThat(request.without("Authorization")
                        .header("X-Note", _ -> "a\r\n Authorization: " + authorization)
                        .send(port))
                .matches("(?s)HTTP/1.1 40[03] .*");
        assertThat(request.header("Host", host -> host + "\r\n evidently.internal")
                        .send(port))
                .matches("(?s)HTTP/1.1 40[03] .*");
        assertThat(request.header("Authorization", value -> value + "\r\n 0").send(port))
                .matches("(?s)HTTP/1.1 40[03] .*");
    }

    @Test
    void twoHostsAreRefused() throws Exception {
        assertThat(good(admin()).header("hOST", _ -> "evidently.internal").send(port))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aFormInTheBodyAddsNoParameter() throws Exception {
        String url = "/_evidently/reset";
        SignedRequest request = admin().header("Content-Type", "application/x-www-form-urlencoded")
                .presigned(Duration.ofMinutes(1))
                .sign("POST", url, "")
                .body("project=nothing-of-that-name");

        assertThat(request.send(port))
                .startsWith("HTTP/1.1 403 ")
                .contains("x-amzn-ErrorType: InvalidSignatureException\r\n");
    }

    private SignedRequest.Signer admin() {
        return signer().host("localhost:" + port);
    }

    private String stored() throws IOException {
        String answer = admin().sign("GET", "/_evidently/events/count", "").send(port);
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        return answer.substring(answer.indexOf("\r\n\r\n"));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
