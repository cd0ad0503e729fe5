package dev.runner.build;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Why a step was not taken from a cache. Values of arguments, variables and files are never told, only that they changed.
 *
 * @param kind what kind of reason
 * @param changes what changed, each in a few words; at most {@link #MOST_CHANGES}
 * @param more how many changes are not listed
 */
public record Miss(Kind kind, List<String> changes, int more) {
    public static final int MOST_CHANGES = 20;
    private static final int SHOWN = 3;

    public Miss {
        changes = List.copyOf(changes);
    }

    /** Kinds of reasons. */
    public enum Kind {
        /** The user wanted no cache. */
        NOT_ASKED,
        /** Nobody here remembers such a step. */
        NEW,
        /** It was there, and was pruned since. */
        EVICTED,
        /** An input is another. */
        CHANGED,
        /** The base image is another. */
        BASE,
        /** What is below it changed. */
        BELOW;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static Miss of(Kind kind, String... changes) {
        return new Miss(kind, List.of(changes), 0);
    }

    /** What changed, and how often more than can be listed. */
    public static Miss changed(List<String> all) {
        int listed = Math.min(all.size(), MOST_CHANGES);
        return new Miss(Kind.CHANGED, all.subList(0, listed), all.size() - listed);
    }

    /** The same with every change rewritten. */
    public Miss mapped(UnaryOperator<String> function) {
        return new Miss(kind, changes.stream().map(function).toList(), more);
    }

    /** In one line. */
    public String text() {
        if (changes.isEmpty()) {
            return switch (kind) {
                case NOT_ASKED -> "the cache was not asked";
                case NEW -> "no cache knows it";
                case EVICTED -> "its layer was evicted from the cache";
                case CHANGED -> "an input changed";
                case BASE -> "the base image changed";
                case BELOW -> "a step below it changed";
            };
        }
        int shown = Math.min(changes.size(), SHOWN);
        int hidden = changes.size() - shown + more;
        return String.join("; ", changes.subList(0, shown)) + (hidden == 0 ? "" : "; and " + hidden + " more");
    }
}
