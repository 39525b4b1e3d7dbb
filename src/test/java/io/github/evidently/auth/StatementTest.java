package io.github.evidently.auth;

import static io.github.evidently.auth.Statement.Effect.ALLOW;
import static io.github.evidently.auth.Statement.Effect.DENY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.audit.Target;
import io.github.evidently.auth.Statement.Decision;
import io.github.evidently.error.InvalidSettingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTest {

    private static final String SHOP = "arn:aws:evidently:us-east-1:000000000000:project/shop";
    private static final Target PUT = new Target("evidently:PutProjectEvents", SHOP, false);

    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "*, '', true",
        "a*c, abbc, true",
        "a*c, ac, true",
        "a*c, abcd, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "*b*b, abab, true",
        "*b*b, aba, false",
        "arn:*:project/shop, arn:aws:evidently:us-east-1:000000000000:project/shop, true",
        "arn:*:project/shop, arn:aws:evidently:us-east-1:000000000000:project/shop2, false",
        "arn:*:project/s?op*, arn:aws:evidently:us-east-1:000000000000:project/shop/feature/f, true",
        "abc, ABC, false",
        "'', '', true",
        "'', a, false",
    })
    void wildcardsStandForCharacters(String pattern, String text, boolean matches) {
        assertThat(Statement.matches(pattern, text)).isEqualTo(matches);
    }

    @Test
    @Timeout(5)
    void noPatternTakesLong() {
        assertThat(Statement.matches("*a".repeat(500) + "b", "a".repeat(5_000))).isFalse();
    }

    @Test
    void nothingIsAllowedByDefault() {
        assertThat(Statement.decide(List.of(), PUT)).isEqualTo(Decision.NOT_ALLOWED);
        assertThat(decide(new Statement(ALLOW, List.of("evidently:GetProject"), List.of("*"))))
                .isEqualTo(Decision.NOT_ALLOWED);
        assertThat(decide(new Statement(ALLOW, List.of("*"), List.of(SHOP + "2"))))
                .isEqualTo(Decision.NOT_ALLOWED);
    }

    @Test
    void aStatementAllows() {
        assertThat(decide(new Statement(ALLOW, List.of("evidently:put*"), List.of(SHOP))))
                .isEqualTo(Decision.ALLOWED);
    }

    @Test
    void anExplicitDenyWinsInAnyOrder() {
        Statement allow = new Statement(ALLOW, List.of("*"), List.of("*"));
        Statement deny = new Statement(DENY, List.of("evidently:PutProjectEvents"), List.of("arn:*:project/sh*"));

        assertThat(decide(allow, deny)).isEqualTo(Decision.DENIED);
        assertThat(decide(deny, allow)).isEqualTo(Decision.DENIED);
        assertThat(Statement.decide(List.of(deny, allow), new Target("evidently:GetProject", SHOP, false)))
                .isEqualTo(Decision.ALLOWED);
    }

    @Test
    void allOfEvidentlyIsNotTheServersOwn() {
        Statement evidently = new Statement(ALLOW, List.of("evidently:*"), List.of("*"));

        assertThat(Statement.decide(List.of(evidently), new Target("evidently-emulator:Reset", "*", true)))
                .isEqualTo(Decision.NOT_ALLOWED);
    }

    @Test
    void whatIsNoPolicyIsRefused() {
        assertThatThrownBy(() -> new Statement(null, List.of("*"), List.of("*")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("effect");
        assertThatThrownBy(() -> new Statement(ALLOW, List.of(), List.of("*"))).hasMessageContaining("actions");
        assertThatThrownBy(() -> new Statement(ALLOW, List.of("*"), null)).hasMessageContaining("resources");
        assertThatThrownBy(() -> new Statement(ALLOW, List.of("s3:GetObject"), List.of("*")))
                .hasMessageContaining("s3:GetObject");
        assertThatThrownBy(() -> new Statement(ALLOW, List.of("*"), List.of("project/shop")))
                .hasMessageContaining("project/shop");
    }

    private static Decision decide(Statement... statements) {
        return Statement.decide(List.of(statements), PUT);
    }
}
