package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class UnknownPropertiesTest {

    @ConfigurationProperties("evidently")
    record Root(String accountId, String region) {}

    @ConfigurationProperties("evidently.shelf")
    record Shelf(List<String> names, Path mainDirectory, Books books) {}

    record Books(int countMax) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evidently.account-id",
                "evidently.accountId",
                "EVIDENTLY_ACCOUNT_ID",
                "EVIDENTLY_ACCOUNTID",
                "EVIDENTLY_REGION",
                "evidently.shelf.names[0]",
                "EVIDENTLY_SHELF_NAMES_0",
                "evidently.shelf.main-directory",
                "EVIDENTLY_SHELF_BOOKS_COUNT_MAX",
                // Not ours.
                "evidentlywrong",
                "EVIDENTLY_ENDPOINT",
                "EVIDENTLY_SHELF",
                "EVIDENTLY_SHELF_SERVICE_HOST",
                "EVIDENTLY_SHELF_SERVICE_PORT_HTTP",
                "EVIDENTLY_SHELF_PORT_2772_TCP_ADDR"
            })
    void letsPass(String name) {
        check(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evidently.acount-id",
                "evidently.shelf",
                "evidently.shelf.name",
                "EVIDENTLY_SHELF_NAME",
                "EVIDENTLY_SHELF_DIRECTORY",
                "evidently.shelf.books",
                "evidently.shelf.books.count",
                "evidently.other.thing"
            })
    void refuses(String name) {
        assertThatExceptionOfType(UnknownPropertyException.class)
                .isThrownBy(() -> check(name))
                .withMessage(name + " is no property of this server");
    }

    @Test
    void namesAllOfThem() {
        assertThat(new UnknownPropertyFailureAnalyzer()
                        .analyze(new UnknownPropertyException(new java.util.TreeSet<>(List.of("b", "a"))))
                        .getDescription())
                .isEqualTo("a, b are no properties of this server.");
    }

    private static void check(String name) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addFirst(new MapPropertySource("given", Map.of(name, "x")));
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.registerBean(Root.class, () -> new Root("", ""));
            context.registerBean(Shelf.class, () -> new Shelf(List.of(), Path.of(""), new Books(1)));
            context.refresh();
            assertThat(new UnknownProperties(context, environment)).isNotNull();
        }
    }
}
