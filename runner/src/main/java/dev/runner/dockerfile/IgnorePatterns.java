package dev.runner.dockerfile;

import dev.runner.dockerfile.IgnorePattern.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of a {@code .dockerignore}, {@code --exclude} or the like. A path is ignored if the last pattern that
 * matches it, or a folder above it, does not begin with {@code !}. Paths are relative, with slashes. Immutable.
 */
public final class IgnorePatterns {
    private static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    private final List<IgnorePattern> patterns;

    private IgnorePatterns(List<IgnorePattern> patterns) {
        this.patterns = patterns;
    }

    /** Ignores nothing. */
    public static IgnorePatterns none() {
        return NONE;
    }

    /**
     * Patterns in their order; blank ones are passed over.
     *
     * @throws GoMatch.BadPatternException if one is malformed
     */
    public static IgnorePatterns of(List<String> patterns) {
        List<IgnorePattern> parsed = new ArrayList<>(patterns.size());
        for (String pattern : patterns) {
            String trimmed = Spaces.trim(pattern);
            if (!trimmed.isEmpty()) {
                parsed.add(IgnorePattern.parse(trimmed));
            }
        }
        return parsed.isEmpty() ? NONE : new IgnorePatterns(List.copyOf(parsed));
    }

    static void check(String pattern) {
        IgnorePattern.parse(pattern);
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** Whether one of them begins with {@code !}. */
    public boolean hasExceptions() {
        return patterns.stream().anyMatch(IgnorePattern::takesBack);
    }

    /** Whether a path is ignored, by a pattern that matches it or a folder above it. */
    public boolean ignores(String path) {
        Walk walk = walk();
        int start = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
            walk = slash == start ? walk : walk.child(path.substring(start, slash));
            start = slash + 1;
        }
        return start < path.length() || path.equals("/")
                ? walk.child(path.substring(start)).ignored()
                : walk.ignored();
    }

    /** The walk's state at the root of the tree, which is never ignored. */
    public Walk walk() {
        State[] states = new State[patterns.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = patterns.get(i).start();
        }
        return new Walk("", new boolean[patterns.size()], states, false);
    }

    /**
     * Where a walk over a tree stands. A child's state is made from its folder's, so that no pattern is tried on a
     * folder twice, and none at all where it matched above.
     */
    public final class Walk {
        private final String path;
        private final boolean[] matched;
        private final State[] states;
        private final boolean ignored;
        private State @Nullable [] below;

        private Walk(String path, boolean[] matched, State[] states, boolean ignored) {
            this.path = path;
            this.matched = matched;
            this.states = states;
            this.ignored = ignored;
        }

        /** The patterns' states at the slash behind this folder, which no name in it has to find out again. */
        private synchronized State[] below() {
            if (below == null) {
                below = path.isEmpty() ? states : after(states, "/");
            }
            return below;
        }

        private State[] after(State[] before, String text) {
            State[] after = new State[before.length];
            for (int i = 0; i < after.length; i++) {
                after[i] = patterns.get(i).after(before[i], text);
            }
            return after;
        }

        /** The state at an entry of this folder. */
        public Walk child(String name) {
            String childPath = path.isEmpty() ? name : path + "/" + name;
            State[] childStates = after(below(), name);
            boolean[] childMatched = matched;
            boolean childIgnored = false;
            for (int i = 0; i < matched.length; i++) {
                IgnorePattern pattern = patterns.get(i);
                boolean match = matched[i];
                if (!match && pattern.accepts(childStates[i])) {
                    match = true;
                    childMatched = childMatched == matched ? matched.clone() : childMatched;
                    childMatched[i] = true;
                }
                if (match) {
                    childIgnored = !pattern.takesBack();
                }
            }
            return new Walk(childPath, childMatched, childStates, childIgnored);
        }

        /** The path from the root, with slashes. */
        public String path() {
            return path;
        }

        public boolean ignored() {
            return ignored;
        }

        /** Whether a pattern matches this folder or could match something below it. */
        public boolean mayMatchBelow() {
            if (ignored) {
                return true;
            }
            State[] here = below();
            for (int i = 0; i < here.length; i++) {
                if (!patterns.get(i).takesBack() && patterns.get(i).mayGoOn(here[i])) {
                    return true;
                }
            }
            return false;
        }

        /** Whether a pattern could take back something below this folder; if not, an ignored folder is passed over. */
        public boolean mayReinclude() {
            State[] here = below();
            for (int i = matched.length - 1; i >= 0; i--) {
                IgnorePattern pattern = patterns.get(i);
                if (pattern.takesBack() ? pattern.mayGoOn(here[i]) : matched[i]) {
                    return pattern.takesBack();
                }
            }
            return true;
        }
    }
}
