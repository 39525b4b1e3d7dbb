package checkout;

import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.EventType;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsResponse;
import tools.jackson.databind.json.JsonMapper;

/** The checkout in as many steps as the feature {@code checkout-steps} says, and what the customer has bought. */
@RestController
class CheckoutController {

    private static final Logger log = LoggerFactory.getLogger(CheckoutController.class);
    private static final long STEPS_DEFAULT = 3;

    private final EvidentlyClient evidently;
    private final JsonMapper json;
    private final String project;

    CheckoutController(
            EvidentlyClient evidently, JsonMapper json, @Value("${evidently.project:shop}") String project) {
        this.evidently = evidently;
        this.json = json;
        this.project = project;
    }

    @GetMapping("/checkout")
    String checkout(@RequestParam String user) {
        return "Step 1 of " + steps(user);
    }

    @PostMapping("/orders")
    void order(@RequestParam String user, @RequestParam double price) {
        String data = json.writeValueAsString(
                Map.of("userDetails", Map.of("userId", user), "details", Map.of("price", price)));
        try {
            PutProjectEventsResponse answer = evidently.putProjectEvents(request -> request.project(project)
                    .events(event -> event.timestamp(Instant.now())
                            .type(EventType.AWS_EVIDENTLY_CUSTOM)
                            .data(data)));
            if (answer.failedEventCount() > 0) {
                log.warn("An order was not counted: {}", answer.eventResults());
            }
        } catch (SdkException e) {
            log.warn("An order was not counted: {}", e.getMessage());
        }
    }

    /** An experiment must never be the reason that nobody can buy. */
    private long steps(String user) {
        try {
            return evidently
                    .evaluateFeature(request ->
                            request.project(project).feature("checkout-steps").entityId(user))
                    .value()
                    .longValue();
        } catch (SdkException e) {
            log.warn("The default checkout is shown: {}", e.getMessage());
            return STEPS_DEFAULT;
        }
    }
}
