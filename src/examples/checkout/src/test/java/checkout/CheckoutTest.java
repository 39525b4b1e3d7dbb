package checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.ChangeDirectionEnum;
import software.amazon.awssdk.services.evidently.model.TreatmentConfig;
import software.amazon.awssdk.services.evidently.model.VariableValue;
import software.amazon.awssdk.services.evidently.model.VariationConfig;
import tools.jackson.databind.JsonNode;

/** The shop and the server, each on a free port. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class CheckoutTest {

    private static final Emulator EMULATOR = new Emulator();

    @LocalServerPort
    int port;

    @Autowired
    EvidentlyClient evidently;

    @DynamicPropertySource
    static void useEmulator(DynamicPropertyRegistry registry) {
        registry.add("evidently.endpoint", EMULATOR::endpoint);
    }

    @AfterAll
    static void stopEmulator() {
        EMULATOR.close();
    }

    @Test
    void comparesTwoCheckoutsAndNeverChangesAUsersOwn() throws Exception {
        RestClient shop = RestClient.create("http://localhost:" + port);
        List<String> users = IntStream.range(0, 40).mapToObj(i -> "user-" + i).toList();

        assertThat(page(shop, "anna")).as("without a feature").isEqualTo("Step 1 of 3");
        startExperiment();
        Map<String, String> pages = new HashMap<>();
        for (String user : users) {
            pages.put(user, page(shop, user));
            shop.post().uri("/orders?user={user}&price=12.5", user).retrieve().toBodilessEntity();
        }
        for (String user : users) {
            assertThat(page(shop, user)).isEqualTo(pages.get(user));
        }

        assertThat(pages.values()).contains("Step 1 of 1", "Step 1 of 3");
        List<JsonNode> evaluations = EMULATOR.events("shop", "aws.evidently.evaluation");
        assertThat(evaluations).hasSize(2 * users.size()).allSatisfy(evaluation -> {
            assertThat(evaluation.get("type").stringValue()).isEqualTo("EXPERIMENT_RULE_MATCH");
            String treatment = evaluation.get("details").get("treatment").stringValue();
            assertThat(pages.get(evaluation.get("entityId").stringValue()))
                    .isEqualTo(treatment.equals("short") ? "Step 1 of 1" : "Step 1 of 3");
        });
        assertThat(EMULATOR.events("shop", "aws.evidently.custom"))
                .extracting(event -> event.get("userDetails").get("userId").stringValue())
                .containsExactlyElementsOf(users);
    }

    private static String page(RestClient shop, String user) {
        return shop.get().uri("/checkout?user={user}", user).retrieve().body(String.class);
    }

    /** What a colleague did in the console of AWS. */
    private void startExperiment() {
        evidently.createProject(request -> request.name("shop"));
        evidently.createFeature(request -> request.project("shop")
                .name("checkout-steps")
                .defaultVariation("long")
                .variations(variation("long", 3), variation("short", 1)));
        evidently.createExperiment(request -> request.project("shop")
                .name("fewer-steps")
                .treatments(treatment("long"), treatment("short"))
                .metricGoals(goal -> goal.desiredChange(ChangeDirectionEnum.INCREASE)
                        .metricDefinition(metric -> metric.name("price")
                                .entityIdKey("userDetails.userId")
                                .valueKey("details.price"))));
        evidently.startExperiment(request -> request.project("shop")
                .experiment("fewer-steps")
                .analysisCompleteTime(Instant.now().plus(Duration.ofDays(14))));
    }

    private static VariationConfig variation(String name, long steps) {
        return VariationConfig.builder()
                .name(name)
                .value(VariableValue.fromLongValue(steps))
                .build();
    }

    private static TreatmentConfig treatment(String variation) {
        return TreatmentConfig.builder()
                .name(variation)
                .feature("checkout-steps")
                .variation(variation)
                .build();
    }
}
