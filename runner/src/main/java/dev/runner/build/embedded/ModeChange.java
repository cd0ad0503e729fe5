package dev.runner.build.embedded;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code --chmod} says: octal digits, or clauses as {@code chmod} has them, such as {@code u=rwX,go=rX}.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/chmod.html">POSIX, chmod</a>
 */
final class ModeChange {
    private static final int USER = 04700;
    private static final int GROUP = 02070;
    private static final int OTHERS = 01007;

    private record Clause(int who, char operator, int bits, boolean executeIfAny, char copyFrom) {}

    private final int octal;
    private final List<Clause> clauses;

    private ModeChange(int octal, List<Clause> clauses) {
        this.octal = octal;
        this.clauses = clauses;
    }

    /** @throws IllegalArgumentException with a message for people */
    static ModeChange parse(String text) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            boolean valid = text.length() <= 5 && text.chars().allMatch(c -> c <= '7');
            int mode = valid ? Integer.parseInt(text, 8) : -1;
            if (mode < 0 || mode > 07777) {
                throw new IllegalArgumentException(
                        "invalid chmod parameter: '" + text + "': it should be octal and between 0 and 07777");
            }
            return new ModeChange(mode, List.of());
        }
        List<Clause> clauses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            parseClause(part, text, clauses);
        }
        return new ModeChange(-1, clauses);
    }

    private static void parseClause(String part, String text, List<Clause> clauses) {
        int at = 0;
        int who = 0;
        while (at < part.length() && "ugoa".indexOf(part.charAt(at)) >= 0) {
            who |= switch (part.charAt(at++)) {
                case 'u' -> USER;
                case 'g' -> GROUP;
                case 'o' -> OTHERS;
                default -> 07777;
            };
        }
        who = who == 0 ? 07777 : who;
        if (at == part.length()) {
            throw invalid(text);
        }
        while (at < part.length()) {
            char operator = part.charAt(at++);
            if ("+-=".indexOf(operator) < 0) {
                throw invalid(text);
            }
            int from = at;
            while (at < part.length() && "+-=".indexOf(part.charAt(at)) < 0) {
                at++;
            }
            clauses.add(clause(who, operator, part.substring(from, at), text));
        }
    }

    private static Clause clause(int who, char operator, String letters, String text) {
        if (letters.length() == 1 && "ugo".contains(letters)) {
            return new Clause(who, operator, 0, false, letters.charAt(0));
        }
        int bits = 0;
        boolean executeIfAny = false;
        for (char letter : letters.toCharArray()) {
            switch (letter) {
                case 'r' -> bits |= 0444;
                case 'w' -> bits |= 0222;
                case 'x' -> bits |= 0111;
                case 's' -> bits |= 06000;
                case 't' -> bits |= 01000;
                case 'X' -> executeIfAny = true;
                default -> throw invalid(text);
            }
        }
        return new Clause(who, operator, bits, executeIfAny, ' ');
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("invalid chmod parameter: '" + text + "'");
    }

    /** Whether it is a mode by itself. */
    boolean isOctal() {
        return octal >= 0;
    }

    /** The new permission bits of a file that has these. */
    int apply(int mode, boolean directory) {
        int result = octal >= 0 ? octal : mode;
        for (Clause clause : clauses) {
            int bits = clause.bits;
            if (clause.executeIfAny && (directory || (mode & 0111) != 0)) {
                bits |= 0111;
            }
            bits |= switch (clause.copyFrom) {
                case 'u' -> (result >> 6 & 7) * 0111;
                case 'g' -> (result >> 3 & 7) * 0111;
                case 'o' -> (result & 7) * 0111;
                default -> 0;
            };
            int chosen = bits & clause.who;
            result = switch (clause.operator) {
                case '+' -> result | chosen;
                case '-' -> result & ~chosen;
                default -> result & ~(clause.who & 0777 | chosen & 07000) | chosen;
            };
        }
        return result & 07777;
    }
}
