package io.github.evidently.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** The requests of put-project-events.lua for programs in Java: the same events by another random sequence. */
public final class Load {

    private static final int BODIES = 64;
    private static final long SEED = 42;

    private Load() {}

    /** Returns 64 bodies, all different, each with that many events, every other one an evaluation event. */
    public static byte[][] bodies(int events) {
        Random random = new Random(SEED);
        byte[][] bodies = new byte[BODIES][];
        for (int i = 0; i < BODIES; i++) {
            StringBuilder body = new StringBuilder("{\"events\":[");
            for (int n = 1; n <= events; n++) {
                body.append(n == 1 ? "" : ",").append(event(1 + random.nextInt(1_000_000), n));
            }
            bodies[i] = body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        }
        return bodies;
    }

    private static String event(int entity, int n) {
        boolean evaluation = n % 2 == 0;
        String data = evaluation
                ? String.format(
                        Locale.ROOT,
                        "{\"feature\":\"checkout-%d\",\"entityId\":\"user-%d\","
                                + "\"entityAttributes\":{\"browser\":{\"s\":\"Chrome\"}},\"variation\":\"variation-%d\","
                                + "\"type\":\"EXPERIMENT_RULE_MATCH\",\"details\":{\"experiment\":\"landing-page\","
                                + "\"treatment\":\"control\",\"salt\":\"landing-page\"}}",
                        n % 7,
                        entity,
                        n % 3)
                : String.format(
                        Locale.ROOT,
                        "{\"userDetails\":{\"userId\":\"user-%d\",\"sessionId\":\"s-%d\"},"
                                + "\"details\":{\"pageLoadTime\":%d.%03d,\"purchase\":%d.5}}",
                        entity,
                        entity * 7L,
                        100 + entity % 900,
                        entity % 1000,
                        entity % 250);
        return String.format(
                Locale.ROOT,
                "{\"timestamp\":%d.%03d,\"type\":\"aws.evidently.%s\",\"data\":\"%s\"}",
                1_700_000_000L + entity % 1_000_000,
                entity % 1000,
                evaluation ? "evaluation" : "custom",
                data.replace("\"", "\\\""));
    }
}
