package io.github.evidently.seed;

import io.github.evidently.wire.JsonErrors;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of the seed, in JSON or YAML, with the line of each of its members.
 *
 * <p>It accepts only the YAML that JSON can express: no aliases and no tags. A plain scalar is null, true, false or a
 * number only if it is so in JSON; everything else is text, including {@code no} and {@code 2026-01-31}.
 */
final class SeedFile {

    // Until it is applied, a seed takes some 50 times the size of its text.
    private static final int SIZE_MAX = 16 * 1024 * 1024;

    // A launch, the deepest part, has 9 levels.
    private static final int NESTING_MAX = 50;

    private static final Pattern NO_TEXT =
            Pattern.compile("null|true|false|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            // One value after the other is read from a parser here.
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path path;
    private final Map<String, Integer> lines = new HashMap<>();

    private SeedFile(Path path) {
        this.path = path;
    }

    /**
     * Reads a file whose name ends in {@code .json}, {@code .yaml} or {@code .yml}.
     *
     * @return the whole file, which is one object
     * @throws SeedViolationException when it cannot be read
     */
    static SeedObject read(Path path) {
        SeedFile file = new SeedFile(path);
        String text = text(path);
        JsonNode root;
        if (path.toString().endsWith(".json")) {
            root = file.json(text);
        } else if (path.toString().endsWith(".yaml") || path.toString().endsWith(".yml")) {
            root = file.yaml(text);
        } else {
            throw new SeedViolationException(
                    "The name of the seed file " + path + " ends neither in .yaml nor in .json.");
        }
        return file.object("", root);
    }

    /** Returns the part of the file at that path, if it is an object. */
    SeedObject object(String at, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return new SeedObject(this, at, object);
        }
        throw violation(at, "Member must be an object");
    }

    /** Returns the violation of a member; for an absent member that of the object that should have it. */
    SeedViolationException violation(String at, String message) {
        String known = at;
        while (!lines.containsKey(known) && !known.isEmpty()) {
            known = known.substring(0, Math.max(known.lastIndexOf('.'), 0));
        }
        return violation(lines.getOrDefault(known, 1), at, message);
    }

    private SeedViolationException violation(@Nullable Integer line, String at, String message) {
        return new SeedViolationException("The seed file " + path + " is wrong"
                + (line == null ? "" : " in line " + line)
                + (at.isEmpty() ? "" : " at " + at)
                + ": " + message + (message.endsWith(".") ? "" : "."));
    }

    private static String text(Path path) {
        try {
            if (Files.size(path) > SIZE_MAX) {
                throw new SeedViolationException("The seed file " + path + " is larger than " + SIZE_MAX + " bytes.");
            }
            String text = Files.readString(path);
            // Some editors begin a file with a byte order mark.
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new SeedViolationException("The seed file " + path + " is not valid UTF-8.");
        } catch (IOException e) {
            throw new SeedViolationException("The seed file " + path + " cannot be read: " + e + ".");
        }
    }

    private JsonNode json(String text) {
        JsonParser parser = JSON.createParser(text);
        try (parser) {
            if (parser.nextToken() == null) {
                throw violation("", "It is empty");
            }
            JsonNode root = json(parser, "", parser.currentTokenLocation().getLineNr());
            if (parser.nextToken() != null) {
                throw violation(
                        parser.currentTokenLocation().getLineNr(), "", "Something follows the end of the object");
            }
            return root;
        } catch (JacksonException e) {
            throw violation(parser.currentLocation().getLineNr(), "", JsonErrors.detail(e));
        }
    }

    private JsonNode json(JsonParser parser, String at, int line) {
        lines.put(at, line);
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = JSON.createObjectNode();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    int nameLine = parser.currentTokenLocation().getLineNr();
                    requireNew(object, at, name, nameLine);
                    parser.nextToken();
                    object.set(name, json(parser, child(at, name), nameLine));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = JSON.createArrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    int entryLine = parser.currentTokenLocation().getLineNr();
                    array.add(json(parser, child(at, String.valueOf(array.size())), entryLine));
                }
                yield array;
            }
            default -> JSON.readTree(parser);
        };
    }

    private JsonNode yaml(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(SIZE_MAX);
        options.setNestingDepthLimit(NESTING_MAX);
        try {
            // Composing only makes nodes of the text: no class is ever named or instantiated.
            Node root = new Yaml(options).compose(new StringReader(text));
            if (root == null) {
                throw violation("", "It is empty");
            }
            return yaml(root, "", line(root.getStartMark()), Collections.newSetFromMap(new IdentityHashMap<>()));
        } catch (MarkedYAMLException e) {
            throw violation(line(e.getProblemMark()), "", e.getProblem());
        } catch (YAMLException e) {
            throw violation((Integer) null, "", String.valueOf(e.getMessage()));
        }
    }

    private JsonNode yaml(Node node, String at, int line, Set<Node> seen) {
        lines.put(at, line);
        // An alias may refer to something that contains itself, or that is much larger than the file.
        if (!seen.add(node)) {
            throw violation(at, "Aliases are not supported, write it out");
        }
        return switch (node) {
            case MappingNode mapping -> {
                ObjectNode object = JSON.createObjectNode();
                for (NodeTuple entry : mapping.getValue()) {
                    int nameLine = line(entry.getKeyNode().getStartMark());
                    if (!(entry.getKeyNode() instanceof ScalarNode name)) {
                        throw violation(nameLine, at, "The name of a member must be a text");
                    }
                    requireNew(object, at, name.getValue(), nameLine);
                    object.set(name.getValue(), yaml(entry.getValueNode(), child(at, name.getValue()), nameLine, seen));
                }
                yield object;
            }
            case SequenceNode sequence -> {
                ArrayNode array = JSON.createArrayNode();
                for (Node entry : sequence.getValue()) {
                    // An alias has the mark of its target, which comes before the list.
                    int entryLine = Math.max(line, line(entry.getStartMark()));
                    array.add(yaml(entry, child(at, String.valueOf(array.size())), entryLine, seen));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw violation(at, "It cannot be understood");
        };
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String value = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN || scalar.getTag().equals(Tag.STR)) {
            return JSON.getNodeFactory().stringNode(value);
        }
        if (value.isEmpty() || value.equals("~")) {
            return JSON.getNodeFactory().nullNode();
        }
        return NO_TEXT.matcher(value).matches()
                ? JSON.readTree(value)
                : JSON.getNodeFactory().stringNode(value);
    }

    private void requireNew(ObjectNode object, String at, String name, int line) {
        if (object.has(name)) {
            throw violation(line, child(at, name), "Member is there twice");
        }
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }

    static String child(String at, String name) {
        return at.isEmpty() ? name : at + "." + name;
    }
}
