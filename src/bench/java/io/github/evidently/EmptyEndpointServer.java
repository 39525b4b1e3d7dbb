package io.github.evidently;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The server with one endpoint more, which does nothing: the most requests that any of them could take. */
final class EmptyEndpointServer {

    private EmptyEndpointServer() {}

    public static void main(String[] args) {
        SpringApplication.run(EvidentlyEmulator.class, args);
    }

    /**
     * Found as Spring MVC finds its methods, with as many labels as EvaluateFeature, and answers as much. The scan finds it:
     * only the profile bench compiles it.
     */
    @RestController
    static final class EmptyController {

        private static final byte[] ANSWER =
                "{\"details\":\"{}\",\"reason\":\"DEFAULT\",\"value\":{\"stringValue\":\"A\"},\"variation\":\"a\"}"
                        .getBytes(StandardCharsets.US_ASCII);

        @PostMapping("/bench/{project}/empty/{name}")
        void answer(@PathVariable String project, @PathVariable String name, HttpServletResponse response)
                throws IOException {
            response.setContentType("application/json");
            response.setContentLength(ANSWER.length);
            response.getOutputStream().write(ANSWER);
        }
    }
}
