package dev.runner.secret;

import java.util.Arrays;
import java.util.Collection;

/**
 * Finds all of many byte strings in one pass (Aho and Corasick, 1975). A state stands for the longest end of what was read
 * that begins a string; {@link #depth} is how long that is, so no byte further back can be part of a match to come.
 * {@link #match} is the length of the longest string that ends in the state. Children are linked lists, because nearly all
 * states have one child and a table of 256 for each would take a hundred times the memory; the root and the states next to it have tables, because
 * most bytes of a log are read there and these have many children. Immutable.
 */
final class Automaton {
    static final int ROOT = 0;
    private static final int NONE = -1;

    private int[] firstChild = new int[256];
    private int[] nextSibling = new int[256];
    private byte[] label = new byte[256];
    private int[] depth = new int[256];
    private int[] match = new int[256];
    private int[] fallback = new int[0];
    private final int[] fromRoot = new int[256];
    /** By its byte, the table of each state of depth 1. */
    private final int[][] fromFirst = new int[256][];

    private int size = 1;

    private Automaton() {
        firstChild[ROOT] = NONE;
        nextSibling[ROOT] = NONE;
    }

    static Automaton of(Collection<byte[]> patterns) {
        Automaton automaton = new Automaton();
        patterns.forEach(automaton::insert);
        automaton.link();
        return automaton;
    }

    /** The state after one more byte. */
    int next(int state, byte read) {
        int from = state;
        for (; depth[from] > 1; from = fallback[from]) {
            int child = child(from, read);
            if (child != NONE) {
                return child;
            }
        }
        int[] table = from == ROOT ? fromRoot : fromFirst[label[from] & 0xFF];
        return table[read & 0xFF];
    }

    /** How many of the last bytes may belong to a match that is not complete. */
    int depth(int state) {
        return depth[state];
    }

    /** The length of the longest string that ends here, or 0. */
    int match(int state) {
        return match[state];
    }

    /** Whether no longer match can follow, so that a match here is final. */
    boolean isLeaf(int state) {
        return firstChild[state] == NONE;
    }

    private void insert(byte[] pattern) {
        int state = ROOT;
        for (byte one : pattern) {
            int child = child(state, one);
            state = child == NONE ? addChild(state, one) : child;
        }
        match[state] = pattern.length;
    }

    private int child(int state, byte read) {
        int child = firstChild[state];
        while (child != NONE && label[child] != read) {
            child = nextSibling[child];
        }
        return child;
    }

    private int addChild(int parent, byte read) {
        if (size == label.length) {
            int larger = size * 2;
            firstChild = Arrays.copyOf(firstChild, larger);
            nextSibling = Arrays.copyOf(nextSibling, larger);
            label = Arrays.copyOf(label, larger);
            depth = Arrays.copyOf(depth, larger);
            match = Arrays.copyOf(match, larger);
        }
        int child = size++;
        label[child] = read;
        depth[child] = depth[parent] + 1;
        firstChild[child] = NONE;
        nextSibling[child] = firstChild[parent];
        firstChild[parent] = child;
        return child;
    }

    /** Breadth first, so that a state's fallback, which is less deep, is linked before it. */
    private void link() {
        fallback = new int[size];
        int[] queue = new int[size];
        int tail = 0;
        for (int child = firstChild[ROOT]; child != NONE; child = nextSibling[child]) {
            fromRoot[label[child] & 0xFF] = child;
            queue[tail++] = child;
        }
        for (int head = 0; head < tail; head++) {
            tabulate(queue[head]);
        }
        for (int head = 0; head < tail; head++) {
            int state = queue[head];
            for (int child = firstChild[state]; child != NONE; child = nextSibling[child]) {
                fallback[child] = next(fallback[state], label[child]);
                match[child] = Math.max(match[child], match[fallback[child]]);
                queue[tail++] = child;
            }
        }
    }

    private void tabulate(int first) {
        int[] table = fromRoot.clone();
        for (int child = firstChild[first]; child != NONE; child = nextSibling[child]) {
            table[label[child] & 0xFF] = child;
        }
        fromFirst[label[first] & 0xFF] = table;
    }
}
