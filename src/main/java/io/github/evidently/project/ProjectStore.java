package io.github.evidently.project;

import io.github.evidently.store.Transaction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of projects. */
@Component
class ProjectStore {

    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final JsonMapper mapper = new JsonMapper();

    List<Project> readAll(JdbcClient client) {
        return client.sql("SELECT * FROM project").query((row, _) -> map(row)).list();
    }

    /** Adds the project and returns it with its key; the given one's is ignored. */
    Project insert(Transaction transaction, Project project) throws SQLException {
        PreparedStatement insert = transaction.statement("""
                INSERT INTO project (name, description, created_time, last_updated_time, app_config_resource, data_delivery, tags)
                VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
                """);
        insert.setString(1, project.name());
        insert.setString(2, project.description());
        insert.setLong(3, project.createdTime().toEpochMilli());
        insert.setLong(4, project.lastUpdatedTime().toEpochMilli());
        insert.setString(5, toJson(project.appConfigResource()));
        insert.setString(6, toJson(project.dataDelivery()));
        insert.setString(7, mapper.writeValueAsString(project.tags()));
        try (ResultSet keys = insert.executeQuery()) {
            keys.next();
            return new Project(
                    keys.getLong(1),
                    project.name(),
                    project.description(),
                    project.createdTime(),
                    project.lastUpdatedTime(),
                    project.appConfigResource(),
                    project.dataDelivery(),
                    project.tags());
        }
    }

    void update(Transaction transaction, Project project) throws SQLException {
        PreparedStatement update = transaction.statement("""
                UPDATE project
                SET description = ?, last_updated_time = ?, app_config_resource = ?, data_delivery = ?, tags = ?
                WHERE id = ?
                """);
        update.setString(1, project.description());
        update.setLong(2, project.lastUpdatedTime().toEpochMilli());
        update.setString(3, toJson(project.appConfigResource()));
        update.setString(4, toJson(project.dataDelivery()));
        update.setString(5, mapper.writeValueAsString(project.tags()));
        update.setLong(6, project.id());
        update.executeUpdate();
    }

    /** Removes the project; its events are out of sight with it and are removed later. */
    void delete(Transaction transaction, Project project) throws SQLException {
        PreparedStatement delete = transaction.statement("DELETE FROM project WHERE id = ?");
        delete.setLong(1, project.id());
        delete.executeUpdate();
        PreparedStatement remember = transaction.statement("INSERT INTO deleted_project (id) VALUES (?)");
        remember.setLong(1, project.id());
        remember.executeUpdate();
    }

    private Project map(ResultSet row) throws SQLException {
        String appConfigResource = row.getString("app_config_resource");
        String dataDelivery = row.getString("data_delivery");
        return new Project(
                row.getLong("id"),
                row.getString("name"),
                row.getString("description"),
                Instant.ofEpochMilli(row.getLong("created_time")),
                Instant.ofEpochMilli(row.getLong("last_updated_time")),
                appConfigResource == null ? null : mapper.readValue(appConfigResource, AppConfigResource.class),
                dataDelivery == null ? null : mapper.readValue(dataDelivery, DataDelivery.class),
                mapper.readValue(row.getString("tags"), TAGS));
    }

    private @Nullable String toJson(@Nullable Object value) {
        return value == null ? null : mapper.writeValueAsString(value);
    }
}
