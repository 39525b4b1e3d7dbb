package io.github.evidently.auth;

import io.github.evidently.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * A request signed by the AWS SDK's own signer, as text that a test may change before it is sent.
 *
 * @param line the request line
 * @param headers by name
 */
record SignedRequest(String line, Map<String, String> headers, String body) {

    static final String ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    static final String SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /** How to sign; by default as the SDK would for this server. */
    static final class Signer {

        private String accessKeyId = ACCESS_KEY_ID;
        private String secretAccessKey = SECRET_ACCESS_KEY;
        private String sessionToken;
        private String region = "us-east-1";
        private String service = "evidently";
        private Instant time = Instant.now();
        private String host = "localhost";
        private Duration presigned;
        private final Map<String, String> headers = new LinkedHashMap<>();

        Signer as(String accessKeyId, String secretAccessKey) {
            this.accessKeyId = accessKeyId;
            this.secretAccessKey = secretAccessKey;
            return this;
        }

        Signer sessionToken(String token) {
            this.sessionToken = token;
            return this;
        }

        Signer region(String value) {
            this.region = value;
            return this;
        }

        Signer service(String value) {
            this.service = value;
            return this;
        }

        Signer time(Instant value) {
            this.time = value;
            return this;
        }

        Signer host(String value) {
            this.host = value;
            return this;
        }

        Signer header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        Signer presigned(Duration validity) {
            this.presigned = validity;
            return this;
        }

        SignedRequest sign(String method, String pathAndQuery, String body) {
            String[] target = pathAndQuery.split("\\?", 2);
            SdkHttpFullRequest.Builder unsigned = SdkHttpFullRequest.builder()
                    .method(SdkHttpMethod.fromValue(method))
                    .uri(URI.create("http://" + host))
                    .encodedPath(target[0]);
            if (target.length > 1) {
                for (String pair : target[1].split("&", -1)) {
                    String[] nameAndValue = pair.split("=", 2);
                    unsigned.appendRawQueryParameter(nameAndValue[0], nameAndValue[1]);
                }
            }
            headers.forEach(unsigned::putHeader);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            AwsCredentialsIdentity identity = sessionToken == null
                    ? AwsCredentialsIdentity.create(accessKeyId, secretAccessKey)
                    : AwsSessionCredentialsIdentity.create(accessKeyId, secretAccessKey, sessionToken);
            SdkHttpRequest signed = AwsV4HttpSigner.create()
                    .sign(request -> {
                        request.identity(identity)
                                .request(unsigned.build())
                                .payload(ContentStreamProvider.fromByteArray(bytes))
                                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC));
                        if (presigned != null) {
                            request.putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                                    .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, presigned);
                        }
                    })
                    .request();
            String query =
                    signed.encodedQueryParameters().map(text -> "?" + text).orElse("");
            Map<String, String> signedHeaders = new LinkedHashMap<>();
            signed.headers().forEach((name, values) -> signedHeaders.put(name, String.join(",", values)));
            return new SignedRequest(method + " " + signed.encodedPath() + query + " HTTP/1.1", signedHeaders, body);
        }
    }

    static Signer signer() {
        return new Signer();
    }

    SignedRequest line(UnaryOperator<String> change) {
        return new SignedRequest(change.apply(line), headers, body);
    }

    SignedRequest header(String name, UnaryOperator<String> change) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.compute(name, (_, value) -> change.apply(value));
        return new SignedRequest(line, changed, body);
    }

    SignedRequest without(String name) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.remove(name);
        return new SignedRequest(line, changed, body);
    }

    SignedRequest body(String changed) {
        return new SignedRequest(line, headers, changed);
    }

    /** Sends it and returns the whole answer. */
    String send(int port) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(line).append("\r\n");
        headers.forEach((name, value) -> {
            // The signer leaves the length to the HTTP client.
            if (!List.of("content-length", "connection").contains(name.toLowerCase(Locale.ROOT))) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        head.append("Connection: close\r\nContent-Length: ")
                .append(bytes.length)
                .append("\r\n\r\n");
        request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(bytes);
        return RawHttp.send(port, request.toByteArray());
    }
}
