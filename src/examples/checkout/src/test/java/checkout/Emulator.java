package checkout;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged server on a free port, with an empty store of its own. */
class Emulator implements AutoCloseable {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Process process;
    private final String endpoint;

    Emulator() {
        try {
            Path directory = Files.createTempDirectory(Path.of("target"), "store-");
            Path portFile = directory.resolve("port");
            process = new ProcessBuilder(
                            JAVA,
                            "-DPORTFILE=" + portFile,
                            "-jar",
                            "../../../target/evidently-emulator.jar",
                            "--server.port=0",
                            "--evidently.store.directory=" + directory)
                    .redirectErrorStream(true)
                    .start();
            awaitReady(process.inputReader());
            endpoint = "http://localhost:" + Files.readString(portFile);
        } catch (IOException e) {
            throw new IllegalStateException("The server cannot be started", e);
        }
    }

    /** Reads up to the line that says that it is ready. It writes little after that, which may stay in the pipe. */
    private static void awaitReady(BufferedReader output) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("Ready: ")) {
                return;
            }
            seen.append(line).append('\n');
        }
        throw new IOException("The server has ended: " + seen);
    }

    String endpoint() {
        return endpoint;
    }

    /** The {@code data} of all events of that type in the project, in the order of their arrival. */
    List<JsonNode> events(String project, String type) throws IOException, InterruptedException {
        URI uri = URI.create(endpoint + "/_evidently/events?limit=1000&project=" + project + "&type=" + type);
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        JsonMapper json = JsonMapper.shared();
        return StreamSupport.stream(json.readTree(answer.body()).get("events").spliterator(), false)
                .map(event -> json.readTree(event.get("data").stringValue()))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
