package dev.runner.dockerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One ignore pattern, as moby's patternmatcher reads it: Go's wildcards, and {@code **} for any number of folders.
 *
 * <p>The pattern is a small automaton, one state a token, that reads a path character by character and holds all states
 * it may be in at once. So no pattern, however written, takes longer than its length times the path's; a path that
 * leaves it any state can go on to match, which is how {@link #mayGoOn} knows; and a walk over a tree goes on from a
 * folder's state for each name in it, instead of reading the whole path again.
 */
final class IgnorePattern {
    private static final int ANY_BUT_SLASH = -1;
    private static final int STAR = -2;
    /** {@code **} before something: no folder, or ... */
    private static final int FOLDERS = -3;
    /** ... any text up to a slash. */
    private static final int WITHIN_FOLDERS = -4;

    private static final int REST = -5;
    private static final int CLASS = -6;

    private final boolean takesBack;
    private final String literalPrefix;
    private final int[] tokens;
    private final List<CharacterClass> classes;

    private record CharacterClass(boolean negated, int[] bounds) {
        boolean contains(int c) {
            for (int i = 0; i < bounds.length; i += 2) {
                if (bounds[i] <= c && c <= bounds[i + 1]) {
                    return !negated;
                }
            }
            return negated;
        }
    }

    private IgnorePattern(boolean takesBack, String literalPrefix, int[] tokens, List<CharacterClass> classes) {
        this.takesBack = takesBack;
        this.literalPrefix = literalPrefix;
        this.tokens = tokens;
        this.classes = List.copyOf(classes);
    }

    static IgnorePattern parse(String text) {
        String cleaned = CleanPath.of(text);
        boolean takesBack = cleaned.startsWith("!");
        String pattern = takesBack ? cleaned.substring(1) : cleaned;
        if (pattern.isEmpty()) {
            throw new GoMatch.BadPatternException(text);
        }
        GoMatch.check(pattern);
        return new Compiler(pattern).compile(takesBack);
    }

    /** Whether it begins with {@code !}. */
    boolean takesBack() {
        return takesBack;
    }

    /**
     * How far a path has come: through the literal characters that the pattern begins with, then through the automaton.
     * Immutable.
     *
     * @param literal how many literal characters have been read; -1 when the pattern can match no more
     * @param states of the automaton, once the literal characters are over
     */
    record State(int literal, boolean[] states) {
        private static final boolean[] NONE = {};
        private static final State DEAD = new State(-1, NONE);

        /** Whether more text may still make it match. */
        boolean isAlive() {
            return literal >= 0;
        }
    }

    /** Before the first character of a path. */
    State start() {
        return entered(0);
    }

    private State entered(int literal) {
        if (literal < literalPrefix.length() || tokens.length == 0) {
            return new State(literal, State.NONE);
        }
        boolean[] states = new boolean[tokens.length + 1];
        states[0] = true;
        passFree(states);
        return new State(literal, states);
    }

    /** The state after more of a path. */
    State after(State before, String text) {
        if (!before.isAlive()) {
            return before;
        }
        int left = literalPrefix.length() - before.literal;
        int literals = Math.min(left, text.length());
        if (!text.regionMatches(0, literalPrefix, before.literal, literals)) {
            return State.DEAD;
        }
        State state = literals > 0 ? entered(before.literal + literals) : before;
        return literals == text.length() ? state : run(state, text, literals);
    }

    private State run(State before, String text, int from) {
        if (tokens.length == 0) {
            return State.DEAD;
        }
        boolean[] states = before.states.clone();
        for (int at = from; at < text.length(); ) {
            int c = text.codePointAt(at);
            if (!step(states, c)) {
                return State.DEAD;
            }
            at += Character.charCount(c);
        }
        return new State(before.literal, states);
    }

    /** Whether a path that ends in this state matches. */
    boolean accepts(State state) {
        return tokens.length == 0
                ? state.literal == literalPrefix.length()
                : state.states.length > 0 && state.states[tokens.length];
    }

    /** Whether a path that goes on from this state could match. */
    boolean mayGoOn(State state) {
        return state.isAlive() && (tokens.length > 0 || state.literal < literalPrefix.length());
    }

    private boolean step(boolean[] states, int c) {
        boolean alive = false;
        int nthClass = classes.size();
        states[tokens.length] = false;
        for (int i = tokens.length - 1; i >= 0; i--) {
            int token = tokens[i];
            nthClass -= token == CLASS ? 1 : 0;
            if (!states[i]) {
                continue;
            }
            states[i] = stays(token, c);
            boolean advances = switch (token) {
                case ANY_BUT_SLASH -> c != '/';
                case WITHIN_FOLDERS -> c == '/';
                case CLASS -> classes.get(nthClass).contains(c);
                default -> token == c;
            };
            if (advances) {
                states[i + 1] = true;
            }
            alive |= advances || states[i];
        }
        passFree(states);
        return alive;
    }

    private static boolean stays(int token, int c) {
        return switch (token) {
            case STAR -> c != '/';
            case WITHIN_FOLDERS, REST -> c != '\n';
            default -> false;
        };
    }

    /** Enters what can be entered without a character. */
    private void passFree(boolean[] states) {
        for (int i = 0; i < tokens.length; i++) {
            if (states[i]) {
                if (tokens[i] == STAR || tokens[i] == REST || tokens[i] == FOLDERS) {
                    states[i + 1] = true;
                }
                if (tokens[i] == FOLDERS) {
                    states[i + 2] = true;
                }
            }
        }
    }

    private static final class Compiler {
        private final String pattern;
        private final List<CharacterClass> classes = new ArrayList<>();
        private int[] tokens = new int[16];
        private int count;
        private int at;

        Compiler(String pattern) {
            this.pattern = pattern;
        }

        IgnorePattern compile(boolean takesBack) {
            while (at < pattern.length()) {
                int c = next();
                switch (c) {
                    case '*' -> star();
                    case '?' -> add(ANY_BUT_SLASH);
                    case '[' -> characterClass();
                    case '\\' -> add(at < pattern.length() ? next() : '\\');
                    default -> add(c);
                }
            }
            int literals = 0;
            while (literals < count && tokens[literals] >= 0) {
                literals++;
            }
            String prefix = new String(tokens, 0, literals);
            return new IgnorePattern(takesBack, prefix, Arrays.copyOfRange(tokens, literals, count), classes);
        }

        private int next() {
            int c = pattern.codePointAt(at);
            at += Character.charCount(c);
            return c;
        }

        private void add(int token) {
            if (count == tokens.length) {
                tokens = Arrays.copyOf(tokens, count * 2);
            }
            tokens[count++] = token;
        }

        /** {@code **} and {@code **}{@code /} are the same; at the end it is any rest, at the very start any text. */
        private void star() {
            boolean first = at == 1;
            if (at == pattern.length() || pattern.charAt(at) != '*') {
                add(STAR);
                return;
            }
            at++;
            boolean slash = at < pattern.length() && pattern.charAt(at) == '/';
            if (slash) {
                at++;
            }
            if (at == pattern.length()) {
                add(REST);
            } else if (first && !slash && isLiteral(pattern.substring(at))) {
                add(REST);
            } else {
                add(FOLDERS);
                add(WITHIN_FOLDERS);
            }
        }

        private static boolean isLiteral(String rest) {
            return rest.chars().noneMatch(c -> c == '*' || c == '?' || c == '[' || c == ']' || c == '\\');
        }

        /** The syntax is known to be right. */
        private void characterClass() {
            boolean negated = pattern.charAt(at) == '^';
            at += negated ? 1 : 0;
            List<Integer> bounds = new ArrayList<>();
            while (pattern.charAt(at) != ']') {
                int low = classCharacter();
                int high = low;
                if (pattern.charAt(at) == '-') {
                    at++;
                    high = classCharacter();
                }
                bounds.add(low);
                bounds.add(high);
            }
            at++;
            classes.add(new CharacterClass(
                    negated, bounds.stream().mapToInt(Integer::intValue).toArray()));
            add(CLASS);
        }

        private int classCharacter() {
            int c = next();
            return c == '\\' ? next() : c;
        }
    }
}
