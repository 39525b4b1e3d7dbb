package io.github.evidently.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values at some paths of an event's data in one pass over its text.
 *
 * <p>A dot in a path separates nested names, as in patterns. Where a name is repeated in an object the last one counts.
 * The result is valid until the next text is read. Not thread-safe.
 */
final class DataPaths {

    /** The kind of value at a path. */
    enum Kind {
        ABSENT,
        TEXT,
        NUMBER,
        OTHER
    }

    /** How patterns use the values at a path. */
    private enum Pattern {
        NO,
        /** Only whether there is a value. */
        PRESENCE,
        VALUE
    }

    private static final Kind[] NO_KINDS = {};

    private final DataCursor cursor = new DataCursor();
    private final Node root = new Node("", 0);
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Integer> slots = new HashMap<>();
    private final StringBuilder signature = new StringBuilder();

    // By slot.
    private Kind[] kinds = NO_KINDS;
    private int[] starts = {};
    private int[] ends = {};
    private long[] entities = {};
    private double[] numbers = {};
    private boolean[] hasNumber = {};

    /** A node of the tree of paths, and its children. */
    private static final class Node {

        private final String path;
        private final int number;
        private final List<String> names = new ArrayList<>();
        private final List<Node> children = new ArrayList<>();
        private int slot = -1;
        private Pattern pattern = Pattern.NO;
        private boolean leadsToPattern;

        Node(String path, int number) {
            this.path = path;
            this.number = number;
        }

        void add(String name, Node child) {
            if (!names.contains(name)) {
                names.add(name);
                children.add(child);
            }
        }
    }

    /** Adds a path to be found; returns its slot. */
    int add(String path) {
        Integer known = slots.get(path);
        if (known != null) {
            return known;
        }
        int slot = slots.size();
        slots.put(path, slot);
        reach(path).slot = slot;
        kinds = Arrays.copyOf(kinds, slot + 1);
        starts = Arrays.copyOf(starts, slot + 1);
        ends = Arrays.copyOf(ends, slot + 1);
        entities = Arrays.copyOf(entities, slot + 1);
        numbers = Arrays.copyOf(numbers, slot + 1);
        hasNumber = Arrays.copyOf(hasNumber, slot + 1);
        return slot;
    }

    /**
     * Adds a path to the {@link #signature}.
     *
     * @param byValue whether to include its value, or only whether it has one
     */
    void addToSignature(String path, boolean byValue) {
        Node node = reach(path);
        if (node.pattern != Pattern.VALUE) {
            node.pattern = byValue ? Pattern.VALUE : Pattern.PRESENCE;
        }
        for (Node other : nodes.values()) {
            other.leadsToPattern |= path.startsWith(other.path + ".");
        }
    }

    private Node reach(String path) {
        // Each part of the path that ends before a dot may be the name of an object, with dots in it or not.
        List<Integer> ends = new ArrayList<>();
        for (int i = 1; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '.') {
                ends.add(i);
            }
        }
        for (int end : ends) {
            Node node = node(path.substring(0, end));
            root.add(path.substring(0, end), node);
            for (int start : ends) {
                if (start < end) {
                    node(path.substring(0, start)).add(path.substring(start + 1, end), node);
                }
            }
        }
        return node(path);
    }

    private Node node(String path) {
        return nodes.computeIfAbsent(path, same -> new Node(same, nodes.size() + 1));
    }

    /** Finds the values in a JSON object. */
    void read(String data) {
        Arrays.fill(kinds, Kind.ABSENT);
        signature.setLength(0);
        cursor.open(data);
        cursor.enter();
        readObject(root);
    }

    private void readObject(Node node) {
        while (cursor.next()) {
            Node child = child(node);
            if (child == null) {
                cursor.skip();
                continue;
            }
            int start = cursor.position();
            char first = cursor.first();
            if (first == '{' && !child.children.isEmpty()) {
                cursor.enter();
                readObject(child);
            } else {
                cursor.skip();
            }
            if (child.slot >= 0) {
                take(child.slot, first, start, cursor.position());
            }
            if (child.pattern != Pattern.NO || (first == '[' && child.leadsToPattern)) {
                sign(child, first, start, cursor.position());
            }
        }
    }

    private @Nullable Node child(Node node) {
        for (int i = 0; i < node.names.size(); i++) {
            if (cursor.isNamed(node.names.get(i))) {
                return node.children.get(i);
            }
        }
        return null;
    }

    private void take(int slot, char first, int start, int end) {
        kinds[slot] = switch (first) {
            case '"' -> Kind.TEXT;
            case '{', '[', 't', 'f', 'n' -> Kind.OTHER;
            default -> Kind.NUMBER;
        };
        starts[slot] = start;
        ends[slot] = end;
        entities[slot] = 0;
        hasNumber[slot] = false;
    }

    private void sign(Node node, char first, int start, int end) {
        signature.append((char) node.number);
        if (node.pattern == Pattern.VALUE || first == '[') {
            cursor.appendTo(signature, start, end);
        } else {
            signature.append(first == '{' ? '{' : 's');
        }
        signature.append('\0'); // A character that no JSON text contains.
    }

    /** Returns the kind of value at the path of a slot. */
    Kind kind(int slot) {
        return kinds[slot];
    }

    /** Returns the text or number there as the key of an entity, see {@link Assignments#key}. */
    long entity(int slot) {
        if (entities[slot] == 0) {
            entities[slot] = Assignments.key(cursor.text(starts[slot], ends[slot]));
        }
        return entities[slot];
    }

    /** Returns the number there. */
    double number(int slot) {
        if (!hasNumber[slot]) {
            numbers[slot] = cursor.number(starts[slot], ends[slot]);
            hasNumber[slot] = true;
        }
        return numbers[slot];
    }

    /** Returns a text of the values at the paths of patterns: with the same signature the same patterns match. */
    CharSequence signature() {
        return signature;
    }
}
