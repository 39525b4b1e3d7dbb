package io.github.evidently.quota;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.resource.ResourceKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccountQuotasTest {

    private static final QuotaProperties NONE = new QuotaProperties(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final String ARN = "arn:aws:evidently:us-east-1:000000000000:project/shop";

    @ParameterizedTest
    @CsvSource({
        "PROJECT, 1, project, projects",
        "SEGMENT, 2, segment, segments",
        "FEATURE, 3, feature, features-per-project",
        "LAUNCH, 4, launch, launches-per-project",
        "EXPERIMENT, 5, experiment, experiments-per-project",
        "RUNNING_LAUNCH, 6, launch, running-launches-per-project",
        "RUNNING_EXPERIMENT, 7, experiment, running-experiments-per-project",
    })
    void thereMayBeAsManyAsConfigured(ResourceKind kind, int quota, String resourceType, String quotaCode) {
        AccountQuotas quotas = quotas(new QuotaProperties(0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7));

        assertThatCode(() -> quotas.requireRoom(kind, ARN, quota - 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> quotas.requireRoom(kind, ARN, quota))
                .isInstanceOf(ServiceQuotaExceededException.class)
                .hasMessageStartingWith("Service quota exceeded: at most " + quota + " ")
                .extracting("resourceId", "resourceType", "serviceCode", "quotaCode")
                .containsExactly(ARN, resourceType, "evidently", quotaCode);
    }

    @ParameterizedTest
    @EnumSource
    void thereMayBeAnyNumberByDefault(ResourceKind kind) {
        assertThatCode(() -> quotas(NONE).requireRoom(kind, ARN, Long.MAX_VALUE))
                .doesNotThrowAnyException();
    }

    private static AccountQuotas quotas(QuotaProperties quotas) {
        return new AccountQuotas(quotas);
    }
}
