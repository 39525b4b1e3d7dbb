package checkout;

import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.EvidentlyClientBuilder;

/** A shop, as it was when Evidently was a service of AWS. */
@SpringBootApplication
public class CheckoutApplication {

    public static void main(String[] args) {
        SpringApplication.run(CheckoutApplication.class, args);
    }

    /**
     * Region and credentials are those of the environment.
     *
     * @param endpoint of a server that stands in for AWS; empty for AWS
     */
    @Bean
    EvidentlyClient evidently(@Value("${evidently.endpoint:}") String endpoint) {
        EvidentlyClientBuilder client = EvidentlyClient.builder();
        if (!endpoint.isEmpty()) {
            client.endpointOverride(URI.create(endpoint))
                    // Without it the SDK calls dataplane.localhost, which not every system resolves.
                    .overrideConfiguration(config ->
                            config.putAdvancedOption(SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION, true));
        }
        return client.build();
    }
}
