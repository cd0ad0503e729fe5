package dev.runner.dockerfile;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** BuildKit's idea of a near name, for the words of its checks: fewer than three edits, case counted. */
final class Suggestion {
    private static final int TOO_FAR = 3;

    private Suggestion() {}

    /** The nearest name, or null; the first of several. */
    static @Nullable String of(String name, Collection<String> known) {
        String best = null;
        int least = TOO_FAR;
        for (String candidate : known) {
            if (candidate.equals(name)) {
                return null;
            }
            if (Math.abs(candidate.length() - name.length()) < least) {
                int distance = distance(name, candidate);
                if (distance < least) {
                    best = candidate;
                    least = distance;
                }
            }
        }
        return best;
    }

    /** Levenshtein's: insertions, deletions, substitutions. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
