package io.github.evidently.results;

import java.util.Arrays;

/**
 * Stretches of time in which entities had a treatment. They are linked lists in a few arrays: one list for each entity,
 * the latest first.
 *
 * <p>Times are units since the start of an experiment. A list is identified by its head, which is {@link #END} when it
 * is empty. Not thread-safe.
 */
final class Stretches {

    /** The end of a list. */
    static final int END = -1;

    private static final int CAPACITY_MIN = 64;
    private static final int BYTES = 3 * Integer.BYTES + 1;

    private final int lasting;
    private final long skewMax;

    private int[] firsts = new int[CAPACITY_MIN];
    private int[] lasts = new int[CAPACITY_MIN];
    private int[] nexts = new int[CAPACITY_MIN];
    private byte[] treatments = new byte[CAPACITY_MIN];
    private int made;
    private int free = END;
    private int used;

    /**
     * Creates an empty store.
     *
     * @param lasting for how many units a treatment lasts after an evaluation
     * @param skewMax by how many units a sample may be before its evaluation
     */
    Stretches(int lasting, long skewMax) {
        this.lasting = lasting;
        this.skewMax = skewMax;
    }

    /** Returns how many there are. */
    int used() {
        return used;
    }

    /** Returns the treatment of a stretch. */
    byte treatment(int stretch) {
        return treatments[stretch];
    }

    /**
     * Returns the stretch of the last evaluation before a time, if it still lasts, or of one that follows within the
     * clock skew; or END.
     */
    int find(int head, long time) {
        int later = END;
        int stretch = head;
        while (stretch != END && firsts[stretch] > time) {
            later = stretch;
            stretch = nexts[stretch];
        }
        if (stretch != END && time - lasts[stretch] <= lasting) {
            return stretch;
        }
        return later != END && firsts[later] - time <= skewMax ? later : END;
    }

    boolean areAllAfter(int head, long time) {
        for (int stretch = head; stretch != END; stretch = nexts[stretch]) {
            if (firsts[stretch] <= time) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds an evaluation to a list.
     *
     * @param lengthMax how many stretches the list may have; the oldest makes room for a new one
     * @return the head of the list
     */
    int add(int head, int time, byte treatment, int lengthMax) {
        int later = END;
        int earlier = head;
        int before = 0;
        while (earlier != END && firsts[earlier] > time) {
            later = earlier;
            earlier = nexts[earlier];
            before++;
        }
        if (earlier != END && time < lasts[earlier]) {
            return head; // A late evaluation changes nothing within a stretch.
        }
        boolean joinsEarlier = earlier != END && treatments[earlier] == treatment && time - lasts[earlier] <= lasting;
        boolean joinsLater = later != END && treatments[later] == treatment && firsts[later] - time <= lasting;
        if (joinsEarlier && joinsLater) {
            lasts[earlier] = lasts[later];
            return unlink(head, later);
        } else if (joinsEarlier) {
            lasts[earlier] = time;
        } else if (joinsLater) {
            firsts[later] = time;
        } else {
            return insert(head, later, before, time, treatment, lengthMax);
        }
        return head;
    }

    private int insert(int head, int later, int before, int time, byte treatment, int lengthMax) {
        int earlier = later == END ? head : nexts[later];
        int length = before;
        int oldest = END;
        for (int i = earlier; i != END; i = nexts[i]) {
            oldest = i;
            length++;
        }
        int newHead = head;
        if (length >= lengthMax) {
            if (oldest == END) {
                return head; // It would itself be the oldest.
            }
            newHead = unlink(head, oldest);
            earlier = later == END ? newHead : nexts[later];
        }
        int stretch = make(time, time, treatment, earlier);
        if (later == END) {
            return stretch;
        }
        nexts[later] = stretch;
        return newHead;
    }

    private int make(int first, int last, byte treatment, int next) {
        used++;
        int stretch = free;
        if (stretch != END) {
            free = nexts[stretch];
        } else {
            if (made == firsts.length) {
                grow();
            }
            stretch = made++;
        }
        firsts[stretch] = first;
        lasts[stretch] = last;
        treatments[stretch] = treatment;
        nexts[stretch] = next;
        return stretch;
    }

    private void grow() {
        int capacity = made * 2;
        firsts = Arrays.copyOf(firsts, capacity);
        lasts = Arrays.copyOf(lasts, capacity);
        nexts = Arrays.copyOf(nexts, capacity);
        treatments = Arrays.copyOf(treatments, capacity);
    }

    private int unlink(int head, int stretch) {
        int newHead = head;
        if (head == stretch) {
            newHead = nexts[stretch];
        } else {
            int previous = head;
            while (nexts[previous] != stretch) {
                previous = nexts[previous];
            }
            nexts[previous] = nexts[stretch];
        }
        release(stretch);
        return newHead;
    }

    private void release(int stretch) {
        nexts[stretch] = free;
        free = stretch;
        used--;
    }

    /** Removes a list. */
    void remove(int head) {
        for (int stretch = head; stretch != END; ) {
            int next = nexts[stretch];
            release(stretch);
            stretch = next;
        }
    }

    /** Returns how much memory this takes. */
    long bytes() {
        return (long) firsts.length * BYTES;
    }

    /** Writes a list. */
    void write(int head, TallyOutput output) {
        int count = 0;
        for (int stretch = head; stretch != END; stretch = nexts[stretch]) {
            count++;
        }
        output.writeByte(count);
        for (int stretch = head; stretch != END; stretch = nexts[stretch]) {
            output.writeInt(firsts[stretch]);
            output.writeInt(lasts[stretch]);
            output.writeByte(treatments[stretch]);
        }
    }

    /** Reads a list that was written; returns its head. */
    int read(TallyInput input) {
        int head = END;
        int last = END;
        for (int left = input.readByte(); left > 0; left--) {
            int stretch = make(input.readInt(), input.readInt(), input.readByte(), END);
            if (last == END) {
                head = stretch;
            } else {
                nexts[last] = stretch;
            }
            last = stretch;
        }
        return head;
    }
}
