package io.github.evidently.seed;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.wire.RequestJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object in a file of the seed, and its position there.
 *
 * <p>Readers take its members one after the other; a member that is left at the end is unknown. Not thread-safe.
 */
final class SeedObject {

    // Writes half of a surrogate pair as an escape, so that it reaches the check that refuses it.
    private static final JsonMapper JSON = new JsonMapper();

    private final SeedFile file;
    private final String at;
    private final ObjectNode value;

    /** The original names of renamed members. */
    private final Map<String, String> namesInFile = new HashMap<>();

    SeedObject(SeedFile file, String at, ObjectNode value) {
        this.file = file;
        this.at = at;
        this.value = value;
    }

    /** Returns the members, which may be changed in place. */
    ObjectNode value() {
        return value;
    }

    /** Returns the object in the member of that name if it is the only one, else this object. */
    SeedObject unwrap(String name) {
        JsonNode inner = value.get(name);
        if (inner == null) {
            return this;
        }
        // boto3 adds it to each response.
        value.remove("ResponseMetadata");
        for (String other : value.propertyNames()) {
            if (!other.equals(name)) {
                throw violation(other, "Member must not stand beside " + name);
            }
        }
        return file.object(SeedFile.child(at, name), inner);
    }

    /** Renames a member to the name under which it is read; violations still report the name in the file. */
    void rename(String name, String read) {
        JsonNode member = value.remove(name);
        if (member != null) {
            value.set(read, member);
            namesInFile.put(read, name);
        }
    }

    /** Takes a list of objects; an empty one when there is no such member. */
    List<SeedObject> takeList(String name) {
        JsonNode member = value.remove(name);
        List<SeedObject> list = new ArrayList<>();
        if (member instanceof ArrayNode array) {
            for (JsonNode entry : array) {
                String entryAt = SeedFile.child(SeedFile.child(at, name), String.valueOf(list.size()));
                list.add(file.object(entryAt, entry));
            }
        } else if (member != null) {
            throw file.violation(SeedFile.child(at, name), "Member must be a list");
        }
        return list;
    }

    /** Takes members, present or not, into an object of their own with the same position. */
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
     * Reads the remaining members as a request is read.
     *
     * @throws SeedViolationException when a member is invalid or unknown
     */
    <T> T parse(RequestJson json, Class<T> type) {
        try {
            return json.parseKnown(JSON.writeValueAsBytes(value), type);
        } catch (ValidationException e) {
            throw violation(e);
        }
    }

    /** Returns a refusal by the API as a violation in this object, in the words of the API. */
    SeedViolationException violation(EvidentlyException refusal) {
        return refusal instanceof ValidationException invalid
                        && !invalid.fieldList().isEmpty()
                ? violation(
                        invalid.fieldList().getFirst().name(),
                        invalid.fieldList().getFirst().message())
                : file.violation(at, refusal.getMessage());
    }

    /** Returns the violation of a member. */
    SeedViolationException violation(String member, String message) {
        String first = member.split("\\.", 2)[0];
        String inFile = namesInFile.getOrDefault(first, first) + member.substring(first.length());
        return file.violation(SeedFile.child(at, inFile), message);
    }
}
