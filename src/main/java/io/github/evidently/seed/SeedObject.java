package io.github.evidently.seed;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.wire.RequestJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object in a file of the seed, and where it stands.
 *
 * <p>Its members are taken from it one after the other; what is left at the end should not be there. Not thread-safe.
 */
final class SeedObject {

    // Writes half of a surrogate pair as an escape, so that it gets to where it is refused.
    private static final JsonMapper JSON = new JsonMapper();

    private final SeedFile file;
    private final String at;
    private final ObjectNode value;

    SeedObject(SeedFile file, String at, ObjectNode value) {
        this.file = file;
        this.at = at;
        this.value = value;
    }

    /** Takes a list of objects; none when there is no such member. */
    List<SeedObject> takeList(String name) {
        JsonNode member = value.remove(name);
        List<SeedObject> list = new ArrayList<>();
        if (member instanceof ArrayNode array) {
            for (JsonNode entry : array) {
                String entryAt = SeedFile.child(SeedFile.child(at, name), String.valueOf(list.size()));
                list.add(file.object(entryAt, entry));
            }
        } else if (member != null) {
            throw file.fault(SeedFile.child(at, name), "Member must be a list");
        }
        return list;
    }

    /** Takes members, whether they are there or not, into an object of their own in the same place. */
    SeedObject take(String... names) {
        ObjectNode taken = JSON.createObjectNode();
        for (String name : names) {
            JsonNode member = value.remove(name);
            if (member != null) {
                taken.set(name, member);
            }
        }
        return new SeedObject(file, at, taken);
    }

    /**
     * Reads what is left as a request is read.
     *
     * @throws SeedFaultException when a member is faulty or unknown
     */
    <T> T parse(RequestJson json, Class<T> type) {
        try {
            return json.parseKnown(JSON.writeValueAsBytes(value), type);
        } catch (ValidationException e) {
            throw fault(e);
        }
    }

    /** What is wrong with it, in the words of the API. */
    SeedFaultException fault(EvidentlyException refusal) {
        return refusal instanceof ValidationException faulty
                        && !faulty.fieldList().isEmpty()
                ? fault(
                        faulty.fieldList().getFirst().name(),
                        faulty.fieldList().getFirst().message())
                : file.fault(at, refusal.getMessage());
    }

    /** What is wrong with a member. */
    SeedFaultException fault(String member, String message) {
        return file.fault(SeedFile.child(at, member), message);
    }
}
