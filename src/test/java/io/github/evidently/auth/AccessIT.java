package io.github.evidently.auth;

import static io.github.evidently.auth.SignedRequest.signer;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jayway.jsonpath.JsonPath;
import io.github.evidently.AwsSdk;
import io.github.evidently.audit.AuditProperties;
import io.github.evidently.audit.Target;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Operation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.AccessDeniedException;
import software.amazon.awssdk.services.evidently.model.Event;
import software.amazon.awssdk.services.evidently.model.EvidentlyException;

/** What who may do, with signatures as the SDKs make them. */
@ProtectedServer
class AccessIT {

    private static final String WRITER = "AKIAI44QH8DHBEXAMPLE";
    private static final String WRITER_SECRET = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY";
    private static final String ARN = "arn:aws:evidently:us-east-1:000000000000:";
    private static final String EVENTS =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{\\\"n\\\":\\\"é 😀\\\"}\"}]}";

    @LocalServerPort
    int port;

    @Autowired
    AuditProperties audit;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping routes;

    private SignedRequest.Signer admin;
    private SignedRequest.Signer writer;

    @BeforeEach
    void signers() {
        admin = signer().host("localhost:" + port);
        writer = signer().host("localhost:" + port).as(WRITER, WRITER_SECRET);
    }

    @Test
    void theJavaSdkGetsThrough() {
        String name = "sdk-" + UUID.randomUUID();
        try (EvidentlyClient evidently = AwsSdk.client(URI.create("http://localhost:" + port))) {
            String arn = evidently
                    .createProject(request -> request.name(name).description("a b é"))
                    .project()
                    .arn();
            assertThat(evidently
                            .getProject(request -> request.project(arn))
                            .project()
                            .name())
                    .isEqualTo(name);
            assertThat(evidently
                            .listProjectsPaginator(request -> request.maxResults(1))
                            .projects())
                    .extracting(project -> project.name())
                    .contains(name);
            assertThat(evidently
                            .putProjectEvents(request -> request.project(arn)
                                    .events(Event.builder()
                                            .timestamp(Instant.now())
                                            .type("aws.evidently.custom")
                                            .data("{\"n\":\"é 😀\"}")
                                            .build()))
                            .failedEventCount())
                    .isZero();
            evidently.deleteProject(request -> request.project(arn));
        }
    }

    @Test
    void theJavaSdkLearnsWhatItMayNot() {
        try (EvidentlyClient evidently = AwsSdk.client(
                URI.create("http://localhost:" + port), AwsBasicCredentials.create(WRITER, WRITER_SECRET))) {
            assertThatThrownBy(() -> evidently.getProject(request -> request.project("shop")))
                    .isInstanceOfSatisfying(AccessDeniedException.class, e -> {
                        assertThat(e.statusCode()).isEqualTo(403);
                        assertThat(e.awsErrorDetails().errorMessage())
                                .isEqualTo("User: arn:aws:iam::000000000000:user/writer is not authorized to perform:"
                                        + " evidently:GetProject on resource: " + ARN + "project/shop"
                                        + " because no identity-based policy allows the evidently:GetProject action");
                    });
        }
        try (EvidentlyClient evidently = AwsSdk.client(
                URI.create("http://localhost:" + port), AwsBasicCredentials.create(WRITER, "of somebody else"))) {
            assertThatThrownBy(() -> evidently.getProject(request -> request.project("shop")))
                    .isInstanceOfSatisfying(EvidentlyException.class, e -> {
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
                        assertThat(e.statusCode()).isEqualTo(403);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/events/projects/shop",
                "/events/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fshop",
                "/events/projects/arn:aws:evidently:us-east-1:000000000000:project%2Fshop",
                "/events/projects/sh%6Fp",
            })
    void aPathIsVerifiedAsItWasSent(String path) throws Exception {
        assertThat(writer.sign("POST", path, EVENTS).send(port)).startsWith("HTTP/1.1 200 ");
        assertThat(writer.host("dataplane.localhost:" + port)
                        .sign("POST", path, EVENTS)
                        .send(port))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aQueryIsVerifiedAsItIsRead() throws Exception {
        for (String query : List.of(
                "nextToken=&maxResults=50",
                "maxResults=5",
                "b=%C3%A9+%2B%20&maxResults=5&a=1&a=0&A=%7e",
                "maxResults=5&%E1%88%B4=%F0%9F%98%80&c=&d=~")) {
            assertThat(admin.sign("GET", "/projects?" + query, "").send(port))
                    .as(query)
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aPresignedUrlIsGoodForItsTime() throws Exception {
        SignedRequest.Signer presigner = admin.presigned(Duration.ofMinutes(1));
        assertThat(presigner
                        .sign("GET", "/_evidently/events/count?project=shop", "")
                        .send(port))
                .startsWith("HTTP/1.1 200 ");
        assertThat(presigner.sign("POST", "/events/projects/shop", EVENTS).send(port))
                .startsWith("HTTP/1.1 200 ");

        assertRefused(
                presigner.time(Instant.now().minusSeconds(62)).sign("GET", "/_evidently/events/count", ""),
                "InvalidSignatureException",
                "Signature expired: ");
    }

    @Test
    void temporaryCredentialsNeedTheirToken() throws Exception {
        String key = "ASIAIOSFODNN7EXAMPLE";
        SignedRequest.Signer temporary =
                admin.as(key, SignedRequest.SECRET_ACCESS_KEY).sessionToken("AQoDYXdzEJr1EXAMPLE");
        assertThat(temporary.sign("GET", "/projects/shop", "").send(port)).startsWith("HTTP/1.1 200 ");
        assertThat(temporary
                        .presigned(Duration.ofMinutes(1))
                        .sign("GET", "/projects/shop", "")
                        .send(port))
                .startsWith("HTTP/1.1 200 ");

        String invalid = "The security token included in the request is invalid.";
        SignedRequest.Signer other = signer().host("localhost:" + port).as(key, SignedRequest.SECRET_ACCESS_KEY);
        assertRefused(other.sign("GET", "/projects/shop", ""), "UnrecognizedClientException", invalid);
        assertRefused(
                other.sessionToken("another").sign("GET", "/projects/shop", ""),
                "UnrecognizedClientException",
                invalid);
        assertRefused(
                other.as(SignedRequest.ACCESS_KEY_ID, SignedRequest.SECRET_ACCESS_KEY)
                        .sign("GET", "/projects/shop", ""),
                "UnrecognizedClientException",
                invalid);
    }

    @Test
    void expiredCredentialsAreRefused() throws Exception {
        assertRefused(
                admin.as("ASIAI44QH8DHBEXAMPLE", WRITER_SECRET)
                        .sessionToken("AQoDYXdzEJr2EXAMPLE")
                        .sign("GET", "/projects/shop", ""),
                "ExpiredTokenException",
                "The security token included in the request is expired");
    }

    @Test
    void aDenyIsStrongerThanAnAllow() throws Exception {
        assertRefused(
                writer.sign("POST", "/events/projects/shop-secret", EVENTS),
                "AccessDeniedException",
                " with an explicit deny in an identity-based policy");
        assertRefused(
                writer.sign(
                        "POST",
                        "/events/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fshop-secret",
                        EVENTS),
                "AccessDeniedException",
                " with an explicit deny in an identity-based policy");
    }

    @Test
    void whoMayNotSeeAProjectDoesNotLearnWhetherItExists() throws Exception {
        String existing = writer.sign("GET", "/projects/other", "").send(port);
        String missing = writer.sign("GET", "/projects/ohter", "").send(port);

        assertThat(existing).startsWith("HTTP/1.1 403 ");
        assertThat(withoutIds(missing).replace("ohter", "other")).isEqualTo(withoutIds(existing));
        // Who may, does.
        assertThat(writer.sign("POST", "/events/projects/shop-not-there", EVENTS)
                        .send(port))
                .startsWith("HTTP/1.1 404 ");
    }

    @Test
    void nothingIsAllowedByDefault() throws Exception {
        SignedRequest.Signer nobody = admin.as("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        for (String target : List.of(
                "GET /projects",
                "POST /projects",
                "POST /events/projects/shop",
                "GET /segments/s",
                "POST /test-segment-pattern",
                "GET /_evidently/events",
                "GET /_evidently/nothing",
                "POST /_evidently/reset",
                "POST /_evidently/backup",
                "GET /_evidently/faults",
                "POST /_evidently/faults",
                "DELETE /_evidently/faults/1",
                "PUT /_evidently/clock",
                "GET /_evidently/export",
                "GET /actuator",
                "GET /actuator/prometheus",
                "GET /actuator/health/store")) {
            assertRefused(
                    nobody.sign(
                            target.substring(0, target.indexOf(' ')), target.substring(target.indexOf(' ') + 1), ""),
                    "AccessDeniedException",
                    "User: arn:aws:iam::000000000000:user/AKIDEXAMPLE is not authorized to perform: ");
        }
    }

    @Test
    void noSpellingOfAPathNeedsLess() throws Exception {
        SignedRequest.Signer inspector = admin.as("ASIAIOSFODNN7EXAMPLE", SignedRequest.SECRET_ACCESS_KEY)
                .sessionToken("AQoDYXdzEJr1EXAMPLE");
        for (String path : List.of("reset", "%72eset", "rese%74", "backup", "%62ackup")) {
            assertRefused(
                    inspector.sign("POST", "/_evidently/" + path, ""),
                    "AccessDeniedException",
                    "because no identity-based policy allows the evidently-emulator:");
        }
    }

    @Test
    void whateverTheServerHasNeedsAPermission() {
        Stream<String> mapped = routes.getHandlerMethods().keySet().stream()
                .filter(route -> route.getMethodsCondition().getMethods().size() > 0)
                .flatMap(route -> route.getPatternValues().stream()
                        .flatMap(path -> route.getMethodsCondition().getMethods().stream()
                                .map(method -> method + " " + path)));
        Stream<String> operations = Operation.ALL.stream()
                .map(operation -> operation.method() + " " + operation.path().getPatternString());
        assertThat(Stream.concat(mapped, operations).map(route -> route.replaceAll("[{}]", "")))
                .contains("POST /_evidently/reset", "POST /events/projects/project")
                .allSatisfy(route -> assertThat(Target.find(
                                route.substring(0, route.indexOf(' ')),
                                route.substring(route.indexOf(' ') + 1),
                                new ServerIdentity("000000000000", "us-east-1")))
                        .isPresent());
    }

    @Test
    void someDoorsAreOpen() throws Exception {
        for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness")) {
            given().port(port).get(path).then().statusCode(200);
        }
        given().port(port).options("/projects").then().statusCode(200);
        given().port(port)
                .get("/nothing")
                .then()
                .statusCode(404)
                .header("x-amzn-ErrorType", "UnknownOperationException");
        given().port(port)
                .get("/projects")
                .then()
                .statusCode(403)
                .header("x-amzn-ErrorType", "MissingAuthenticationTokenException");
        // Asks for a permission as GET does, and has it.
        assertThat(admin.sign("HEAD", "/_evidently/events/count", "").send(port))
                .startsWith("HTTP/1.1 200 ");
        assertThat(admin.sign("GET", "/actuator/prometheus", "").send(port)).startsWith("HTTP/1.1 200 ");
        assertThat(admin.sign("GET", "/projects/shop/features", "").send(port)).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "env/evidently.access.credentials[0].secret-access-key", "configprops", "beans"})
    void secretsAreNotShown(String endpoint) throws Exception {
        String path = "/actuator/" + endpoint.replace("[", "%5B").replace("]", "%5D");

        assertThat(admin.sign("GET", path, "").send(port))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain(SignedRequest.SECRET_ACCESS_KEY)
                .doesNotContain(WRITER_SECRET)
                .doesNotContain("AQoDYXdzEJr1EXAMPLE");
    }

    @Test
    void changesAndRefusalsAreAudited() throws Exception {
        String name = "audited-" + UUID.randomUUID();
        String answer =
                admin.sign("POST", "/projects", "{\"name\":\"" + name + "\"}").send(port);
        admin.sign("GET", "/projects/" + name, "").send(port);
        writer.sign("DELETE", "/projects/" + name, "").send(port);
        admin.sign("DELETE", "/projects/" + name, "").send(port);
        admin.sign("DELETE", "/projects/" + name, "").send(port);
        given().port(port).delete("/projects/" + name);

        // The last line comes after the answer.
        List<String> lines = Awaitility.await()
                .until(
                        () -> Files.readAllLines(audit.file()).stream()
                                .filter(line ->
                                        line.contains(name) || line.contains(header(answer, "x-amzn-RequestId")))
                                .toList(),
                        found -> found.size() == 5);
        assertThat(lines)
                .extracting(line -> JsonPath.<String>read(line, "$.principal") + " "
                        + JsonPath.<String>read(line, "$.action") + " " + JsonPath.<String>read(line, "$.outcome") + " "
                        + JsonPath.<Integer>read(line, "$.status"))
                .containsExactly(
                        "arn:aws:iam::000000000000:user/admin evidently:CreateProject Success 200",
                        "arn:aws:iam::000000000000:user/writer evidently:DeleteProject AccessDeniedException 403",
                        "arn:aws:iam::000000000000:user/admin evidently:DeleteProject Success 200",
                        "arn:aws:iam::000000000000:user/admin evidently:DeleteProject ResourceNotFoundException 404",
                        "null evidently:DeleteProject MissingAuthenticationTokenException 403");
        assertThat(lines).allSatisfy(line -> {
            assertThat(Instant.parse(JsonPath.read(line, "$.time")))
                    .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
            assertThat(JsonPath.<String>read(line, "$.sourceAddress")).isEqualTo("127.0.0.1");
            assertThat(JsonPath.<String>read(line, "$.requestId")).isNotBlank();
        });
        assertThat(lines.get(1)).contains("\"resource\":\"" + ARN + "project/" + name + "\"");
    }

    private void assertRefused(SignedRequest request, String type, String message) throws IOException {
        assertThat(request.send(port))
                .startsWith("HTTP/1.1 403 ")
                .contains("x-amzn-ErrorType: " + type + "\r\n")
                .contains(message);
    }

    private static String header(String answer, String name) {
        return answer.lines()
                .filter(line -> line.startsWith(name + ": "))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 2);
    }

    private static String withoutIds(String answer) {
        return answer.replaceFirst("x-amzn-RequestId: .*", "").replaceFirst("Date: .*", "");
    }
}
