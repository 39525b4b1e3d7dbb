package io.github.evidently;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A store is a leaf: only the composition root names one, and nothing but a store knows of SQL. */
class PersistenceLeavesTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.evidently");

    @Test
    void onlyTheCompositionRootNamesAStore() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.evidently.persistence.*..")
                .and()
                .doNotHaveSimpleName("PersistenceConfiguration")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.evidently.persistence.*..")
                .check(MAIN);
    }

    @Test
    void nothingButAStoreKnowsOfSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.evidently.persistence.*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "org.springframework.jdbc..",
                        "org.sqlite..",
                        "org.postgresql..",
                        "com.zaxxer.hikari..",
                        "org.flywaydb..")
                .check(MAIN);
    }
}
