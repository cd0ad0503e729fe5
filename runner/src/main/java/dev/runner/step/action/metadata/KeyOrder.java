package dev.runner.step.action.metadata;

import java.util.Comparator;

/**
 * The order of JavaScript's {@code localeCompare} for the characters that keys of labels have: punctuation before digits
 * before letters, letters first without their case.
 *
 * @see <a href="https://www.unicode.org/charts/collation/">Unicode's default collation</a>
 */
final class KeyOrder implements Comparator<String> {
    private static final String PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

    @Override
    public int compare(String one, String other) {
        int shorter = Math.min(one.length(), other.length());
        for (int i = 0; i < shorter; i++) {
            int order = Integer.compare(weight(one.charAt(i)), weight(other.charAt(i)));
            if (order != 0) {
                return order;
            }
        }
        int order = Integer.compare(one.length(), other.length());
        // Lower case first, where nothing else tells two apart.
        return order != 0 ? order : other.compareTo(one);
    }

    private static int weight(char c) {
        int place = PUNCTUATION.indexOf(c);
        return place >= 0 ? place + 1 : c <= ' ' ? 0 : 64 + Character.toLowerCase(c);
    }
}
