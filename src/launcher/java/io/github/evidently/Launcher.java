package io.github.evidently;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

/**
 * Where {@code java -jar} begins: answers {@code --help} and {@code --version} without starting the server, and says in a
 * sentence which Java the server needs.
 *
 * <p>Compiled for Java 17, which is the oldest that can read Spring Boot's own launcher; everything else is for Java 25.
 */
final class Launcher {

    private static final int JAVA_MIN = 25;

    private static final String HELP = """
            Usage: java -jar evidently-emulator.jar [--help | --version] [--PROPERTY=VALUE]...

            A server that speaks the API of Amazon CloudWatch Evidently. The main properties, each of which may also be
            set as an environment variable:

              server.port                      SERVER_PORT                      the port, 2772 by default
              server.address                   SERVER_ADDRESS                   127.0.0.1 by default; 0.0.0.0 for all
              evidently.project.names          EVIDENTLY_PROJECT_NAMES          projects to create: demo,shop
              evidently.store.directory        EVIDENTLY_STORE_DIRECTORY        where the data is, ./data by default
              evidently.seed.location          EVIDENTLY_SEED_LOCATION          a file of resources to create
              evidently.access.authentication  EVIDENTLY_ACCESS_AUTHENTICATION  none, signed or verified

            README.md has all of them.""";

    private Launcher() {}

    public static void main(String[] args) throws IOException {
        Optional<String> refusal = refusal(Runtime.version().feature());
        if (refusal.isPresent()) {
            System.err.println(refusal.get());
            System.exit(1);
        }
        for (String arg : args) {
            switch (arg) {
                case "--help" -> {
                    System.out.println(HELP);
                    return;
                }
                case "--version" -> {
                    System.out.println("evidently-emulator " + version());
                    return;
                }
                default -> {}
            }
        }
        EvidentlyEmulator.main(args);
    }

    /** Why that Java cannot run the server; empty when it can. */
    static Optional<String> refusal(int java) {
        if (java >= JAVA_MIN) {
            return Optional.empty();
        }
        return Optional.of("evidently-emulator needs Java " + JAVA_MIN + " or later, and this is Java " + java + " in "
                + System.getProperty("java.home") + ". Start it with the java of a JDK or JRE " + JAVA_MIN + ".");
    }

    private static String version() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Launcher.class.getResourceAsStream("/META-INF/build-info.properties")) {
            build.load(in);
        }
        return build.getProperty("build.version");
    }
}
