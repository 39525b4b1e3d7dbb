package io.github.evidently.catalog;

import java.util.List;

/** Catalogs for tests of other modules. */
public final class CatalogsFixture {

    private CatalogsFixture() {}

    public static Catalogs none() {
        return new Catalogs(List.of());
    }
}
