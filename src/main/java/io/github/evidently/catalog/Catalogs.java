package io.github.evidently.catalog;

import io.github.evidently.store.Transaction;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** All catalogs of this server. */
@Component
public final class Catalogs {

    private final List<Catalog<?>> all;
    private volatile CatalogObserver observer = CatalogObserver.NOBODY;

    Catalogs(List<Catalog<?>> all) {
        this.all = all;
    }

    /** The catalog of that kind. */
    public Optional<Catalog<?>> find(String kind) {
        return all.stream()
                .filter(catalog -> catalog.kind().equals(kind))
                .<Catalog<?>>map(catalog -> catalog)
                .findFirst();
    }

    /** Lets the observer, the only one, know of each change from now on. */
    public void observe(CatalogObserver observer) {
        this.observer = observer;
        all.forEach(catalog -> catalog.observe(observer));
    }

    /** Removes everything from the database; {@link #clear} must follow once that is on disk. */
    public void removeAll(Transaction transaction) throws SQLException {
        transaction.statement("DELETE FROM resource").executeUpdate();
    }

    /** Removes what stands in a project from the database; {@link #clear(String)} must follow once that is on disk. */
    public void removeAll(Transaction transaction, String project) throws SQLException {
        PreparedStatement delete = transaction.statement("DELETE FROM resource WHERE kind = ? AND project = ?");
        for (Catalog<?> catalog : all) {
            delete.setString(1, catalog.kind());
            delete.setString(2, project);
            delete.executeUpdate();
        }
    }

    /** Forgets what stands in a project. */
    public void clear(String project) {
        all.forEach(catalog -> catalog.clear(project));
        observer.changed(project);
    }

    /** Forgets everything. */
    public void clear() {
        all.forEach(Catalog::clear);
        observer.cleared();
    }
}
