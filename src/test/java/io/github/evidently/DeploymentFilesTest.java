package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The files under {@code docker} that no build step runs. */
class DeploymentFilesTest {

    private static final String READINESS = "/actuator/health/readiness";

    @ParameterizedTest
    @CsvSource({"cluster.yml, Deployment", "single.yml, StatefulSet"})
    void aPodIsConfinedAndProbed(String file, String kind) throws IOException {
        List<Map<String, Object>> documents = documents("kubernetes/" + file);
        Map<String, Object> pod = map(map(map(find(documents, kind), "spec"), "template"), "spec");
        Map<String, Object> container = list(pod, "containers").getFirst();

        assertThat(map(pod, "securityContext")).containsEntry("runAsNonRoot", true);
        assertThat(map(container, "securityContext"))
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("allowPrivilegeEscalation", false);
        assertThat(map(map(container, "readinessProbe"), "httpGet")).containsEntry("path", READINESS);
        assertThat(map(map(container, "livenessProbe"), "httpGet")).containsEntry("path", "/actuator/health/liveness");
        assertThat(map(find(documents, "Service"), "spec")).containsKey("ports");
    }

    @Test
    void manyServersSurviveADrainAndOneServerIsNeverTwo() throws IOException {
        List<Map<String, Object>> cluster = documents("kubernetes/cluster.yml");
        int replicas = (int) map(find(cluster, "Deployment"), "spec").get("replicas");
        assertThat(map(find(cluster, "PodDisruptionBudget"), "spec")).containsEntry("minAvailable", replicas - 1);

        assertThat(map(find(documents("kubernetes/single.yml"), "StatefulSet"), "spec"))
                .containsEntry("replicas", 1);
    }

    @Test
    void theLoadBalancerChecksTheReadinessOfEachServer() throws IOException {
        Map<String, Object> services = map(documents("compose.cluster.yml").getFirst(), "services");
        String balancer = Files.readString(Path.of("docker/cluster/haproxy.cfg"));

        List<String> nodes = services.keySet().stream()
                .filter(name -> name.startsWith("node"))
                .toList();
        assertThat(nodes).hasSize(3);
        for (String node : nodes) {
            assertThat(balancer).contains("server " + node + " " + node + ":2772\n");
        }
        assertThat(balancer).contains("uri " + READINESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yml", "compose.cluster.yml"})
    void onlyThisMachineReachesWhatComposeStarts(String file) throws IOException {
        for (Object service : map(documents(file).getFirst(), "services").values()) {
            Object ports = ((Map<?, ?>) service).get("ports");
            if (ports instanceof List<?> list) {
                assertThat(list).allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
            }
        }
    }

    private static List<Map<String, Object>> documents(String file) throws IOException {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object document : new Yaml().loadAll(Files.readString(Path.of("docker", file)))) {
            documents.add(asMap(document));
        }
        return documents;
    }

    private static Map<String, Object> find(List<Map<String, Object>> documents, String kind) {
        return documents.stream()
                .filter(document -> kind.equals(document.get("kind")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> map(Map<String, Object> parent, String name) {
        return asMap(parent.get(name));
    }

    @SuppressWarnings("unchecked") // YAML has no other keys here.
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // A list of objects, or the test fails.
    private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
        return (List<Map<String, Object>>) parent.get(name);
    }
}
