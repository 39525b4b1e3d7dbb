package io.github.evidently.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.error.InvalidSettingException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.fault.FaultEffect.Latency;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Node;
import io.github.evidently.wire.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class FaultRuleTest {

    private static final ServerIdentity IDENTITY = new ServerIdentity("000000000000", "us-east-1");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'operation':'*','effect':{'disconnect':'before'}}",
                "{'operation':'GetFeature','project':'shop','probability':0.5,'count':3,'seed':-1,'until':1.5,"
                        + "'effect':{'latency':{'fixedMillis':0}}}",
                "{'operation':'PutProjectEvents','until':'2026-01-01T00:00:00Z','effect':{'rejectEntries':{}}}",
                "{'operation':'*','effect':{'latency':{'p50Millis':1,'p95Millis':1,'p99Millis':60000}}}",
                "{'operation':'CreateProject','effect':{'error':{'type':'ValidationException','reason':'cannotParse',"
                        + "'fieldList':[{'name':'a','message':'b'}]}}}",
            })
    void whatMakesSenseCanBeUsed(String json) {
        assertThat(parse(json).violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | operation, effect",
                "{'operation':'PutEvents','effect':{'disconnect':'after'}} | operation",
                "{'operation':'putprojectevents','effect':{'disconnect':'after'}} | operation",
                "{'operation':'*','project':'arn:x','effect':{'disconnect':'after'}} | project",
                "{'operation':'ListProjects','project':'shop','effect':{'disconnect':'after'}} | project",
                "{'operation':'*','probability':0,'effect':{'disconnect':'after'}} | probability",
                "{'operation':'*','probability':1.1,'effect':{'disconnect':'after'}} | probability",
                "{'operation':'*','count':0,'effect':{'disconnect':'after'}} | count",
                "{'operation':'*','effect':{}} | effect",
                "{'operation':'*','effect':{'disconnect':'after','latency':{'fixedMillis':1}}} | effect",
                "{'operation':'*','effect':{'disconnect':'never'}} | effect.disconnect",
                "{'operation':'*','effect':{'error':{}}} | effect.error.type",
                "{'operation':'*','effect':{'error':{'type':'InvalidSignatureException'}}} | effect.error.type",
                "{'operation':'*','effect':{'error':{'type':'ConflictException','message':''}}} | effect.error.message",
                "{'operation':'*','effect':{'error':{'type':'ConflictException','quotaCode':'x'}}} | effect.error.quotaCode",
                "{'operation':'*','effect':{'error':{'type':'ConflictException','fieldList':[]}}} | effect.error.fieldList",
                "{'operation':'*','effect':{'error':{'type':'ValidationException','reason':'x'}}} | effect.error.reason",
                "{'operation':'*','effect':{'error':{'type':'ThrottlingException','retryAfterSeconds':0}}} | effect.error.retryAfterSeconds",
                "{'operation':'*','effect':{'latency':{}}} | effect.latency",
                "{'operation':'*','effect':{'latency':{'fixedMillis':1,'p50Millis':1}}} | effect.latency",
                "{'operation':'*','effect':{'latency':{'fixedMillis':60001}}} | effect.latency.fixedMillis",
                "{'operation':'*','effect':{'latency':{'p50Millis':2,'p95Millis':1,'p99Millis':3}}} | effect.latency.p95Millis",
                "{'operation':'*','effect':{'rejectEntries':{}}} | effect.rejectEntries",
                "{'operation':'PutProjectEvents','effect':{'rejectEntries':{'fraction':2}}} | effect.rejectEntries.fraction",
                "{'operation':'PutProjectEvents','effect':{'rejectEntries':{'errorCode':''}}} | effect.rejectEntries.errorCode",
            })
    void whatMakesNoSenseIsNamed(String json, String members) {
        assertThat(parse(json).violations())
                .extracting(ValidationExceptionField::name)
                .containsExactly(members.split(", "));
    }

    @Test
    void theSameSeedHitsTheSameCalls() {
        FaultRule rule = parse("{'operation':'*','probability':0.3,'seed':42,'effect':{'disconnect':'after'}}");

        List<Boolean> first = hits(new Fault("1", rule), 1_000);

        assertThat(hits(new Fault("2", rule), 1_000)).isEqualTo(first);
        assertThat(first.stream().filter(hit -> hit).count()).isBetween(250L, 350L);
        FaultRule another = parse("{'operation':'*','probability':0.3,'seed':43,'effect':{'disconnect':'after'}}");
        assertThat(hits(new Fault("3", another), 1_000)).isNotEqualTo(first);
    }

    @Test
    void itIsOverAfterItsCountAndAfterItsTime() {
        Fault fault = new Fault("1", seeded("{'operation':'*','count':2,'effect':{'disconnect':'after'}}"));
        assertThat(hits(fault, 4)).containsExactly(true, true, false, false);
        assertThat(fault.toView(NOW).fired()).isEqualTo(2);
        assertThat(fault.toView(NOW).active()).isFalse();

        Fault timed = new Fault(
                "1", seeded("{'operation':'*','until':'2026-01-01T00:00:01Z','effect':{'disconnect':'after'}}"));
        assertThat(timed.hits(NOW)).isTrue();
        assertThat(timed.hits(NOW.plusSeconds(1))).isFalse();
        assertThat(timed.toView(NOW.plusSeconds(1)).active()).isFalse();
    }

    @Test
    void itIsAboutOneOperationAndOneProject() {
        Fault fault =
                new Fault("1", seeded("{'operation':'GetFeature','project':'shop','effect':{'disconnect':'after'}}"));

        assertThat(isAbout(fault, "GET", "/projects/shop/features/f")).isTrue();
        assertThat(isAbout(
                        fault,
                        "GET",
                        "/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fshop/features/f"))
                .isTrue();
        assertThat(isAbout(fault, "GET", "/projects/other/features/f")).isFalse();
        assertThat(isAbout(fault, "DELETE", "/projects/shop/features/f")).isFalse();
        Fault all = new Fault("1", seeded("{'operation':'*','project':'shop','effect':{'disconnect':'after'}}"));
        assertThat(isAbout(all, "POST", "/events/projects/shop")).isTrue();
        assertThat(isAbout(all, "GET", "/projects")).isFalse();
    }

    @Test
    void aLatencyHasItsPercentiles() {
        Latency latency = new Latency(null, 100, 300, 1_000);

        assertThat(latency.at(0)).isZero();
        assertThat(latency.at(0.25)).isEqualTo(Duration.ofMillis(50));
        assertThat(latency.at(0.5)).isEqualTo(Duration.ofMillis(100));
        assertThat(latency.at(0.95)).isEqualTo(Duration.ofMillis(300));
        assertThat(latency.at(0.99)).isEqualTo(Duration.ofSeconds(1));
        assertThat(latency.at(0.9999)).isEqualTo(Duration.ofSeconds(1));
        assertThat(new Latency(70, null, null, null).at(0.3)).isEqualTo(Duration.ofMillis(70));
    }

    @Test
    void thereAreOnlySoMany() {
        Faults faults = faults();
        FaultRule rule = parse("{'operation':'*','effect':{'disconnect':'after'}}");
        for (int i = 0; i < Faults.MAX; i++) {
            faults.add(rule);
        }

        assertThatThrownBy(() -> faults.add(rule))
                .isInstanceOf(ValidationException.class)
                .hasMessage("There are 100 faults already");
    }

    @Test
    void anInvalidRuleOfTheConfigurationIsNamed() {
        FaultRule good = parse("{'operation':'*','effect':{'disconnect':'after'}}");
        FaultRule invalid = parse("{'operation':'*','effect':{'disconnect':'never'}}");

        assertThat(faults(good).all()).hasSize(1);
        assertThatThrownBy(() -> new FaultProperties(List.of(good, invalid)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("evidently.access.faults[1].effect.disconnect: Member must be before or after");
    }

    private static boolean isAbout(Fault fault, String method, String path) {
        return fault.isAbout(Operation.find(method, path).orElseThrow(), path, IDENTITY);
    }

    private static List<Boolean> hits(Fault fault, int calls) {
        List<Boolean> hits = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            hits.add(fault.hits(NOW));
        }
        return hits;
    }

    private static Faults faults(FaultRule... configured) {
        Node node = new Node();
        return new Faults(new FaultProperties(List.of(configured)), node.values(), node.refresh());
    }

    private static FaultRule seeded(String json) {
        return Faults.withSeed(parse(json));
    }

    private static FaultRule parse(String json) {
        return new JsonMapper().readValue(json.replace('\'', '"'), FaultRule.class);
    }
}
