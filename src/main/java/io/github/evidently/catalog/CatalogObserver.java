package io.github.evidently.catalog;

/**
 * Hears of changes after they are on disk, before any later change and before whoever made them is answered; on the
 * committer's thread, so that it must be quick.
 */
public interface CatalogObserver {

    /** Hears nothing. */
    CatalogObserver NOBODY = new CatalogObserver() {
        @Override
        public void changed(String project) {}

        @Override
        public void cleared() {}
    };

    /** Something in that project has changed; empty for what belongs to the account. */
    void changed(String project);

    /** Everything is gone. */
    void cleared();
}
