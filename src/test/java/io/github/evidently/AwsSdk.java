package io.github.evidently;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.EvidentlyClientBuilder;

/** Clients of the last AWS SDK for Java that had Evidently, as its users build them. */
public final class AwsSdk {

    private static final AwsCredentials CREDENTIALS =
            AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    private AwsSdk() {}

    /** A client of the server at that endpoint, with the SDK's own retries. */
    public static EvidentlyClient client(URI endpoint) {
        return client(endpoint, CREDENTIALS);
    }

    public static EvidentlyClient client(URI endpoint, AwsCredentials credentials) {
        return builder(endpoint, credentials).build();
    }

    /** A client that tries again in that way. */
    public static EvidentlyClient client(URI endpoint, RetryStrategy retries) {
        return builder(endpoint, CREDENTIALS)
                .overrideConfiguration(
                        config -> config.putAdvancedOption(SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION, true)
                                .retryStrategy(retries))
                .build();
    }

    private static EvidentlyClientBuilder builder(URI endpoint, AwsCredentials credentials) {
        return EvidentlyClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClientBuilder(ApacheHttpClient.builder())
                // Without it the client calls dataplane.localhost, which not every system resolves.
                .overrideConfiguration(config ->
                        config.putAdvancedOption(SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION, true));
    }
}
