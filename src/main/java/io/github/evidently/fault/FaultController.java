package io.github.evidently.fault;

import io.github.evidently.wire.RequestBodies;
import io.github.evidently.wire.RequestBody;
import io.github.evidently.wire.RequestJson;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /_evidently/faults}, which manages the injected faults. */
@RestController
class FaultController {

    private static final DataSize RULE_SIZE_MAX = DataSize.ofKilobytes(64);
    private static final Logger log = LoggerFactory.getLogger(FaultController.class);

    private final Faults faults;
    private final RequestBodies bodies;
    private final RequestJson json;
    private final Clock clock = FaultConfiguration.REAL_TIME;

    FaultController(Faults faults, RequestBodies bodies, RequestJson json) {
        this.faults = faults;
        this.bodies = bodies;
        this.json = json;
    }

    @PostMapping("/_evidently/faults")
    Fault.View add(HttpServletRequest request) {
        Fault fault = faults.add(read(request));
        log.info("Added {}", fault);
        return fault.toView(clock.instant());
    }

    @GetMapping("/_evidently/faults")
    Map<String, List<Fault.View>> list() {
        Instant now = clock.instant();
        return Map.of(
                "faults", faults.all().stream().map(fault -> fault.toView(now)).toList());
    }

    @DeleteMapping("/_evidently/faults")
    Map<String, Object> clear() {
        faults.clear();
        log.info("Removed all faults");
        return Map.of();
    }

    @DeleteMapping("/_evidently/faults/{id}")
    Map<String, Object> remove(@PathVariable String id) {
        String removed = faults.all().stream()
                .filter(fault -> fault.id().equals(id))
                .map(Fault::toString)
                .findFirst()
                .orElse("fault " + id);
        faults.remove(id);
        log.info("Removed {}", removed);
        return Map.of();
    }

    private FaultRule read(HttpServletRequest request) {
        try (RequestBody body = bodies.read(request, RULE_SIZE_MAX)) {
            // A mistyped member would silently hit more than was meant.
            return json.parseKnown(body.bytes(), FaultRule.class);
        }
    }
}
