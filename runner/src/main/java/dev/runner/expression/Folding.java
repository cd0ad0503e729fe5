package dev.runner.expression;

/**
 * Comparison without case, as .NET's OrdinalIgnoreCase does: the simple upper case of each code point in no particular
 * language, with the dotted and dotless i and the long s left as they are; order is that of UTF-16 code units.
 */
final class Folding {
    private static final int DOTTED_CAPITAL_I = 0x130;
    private static final int DOTLESS_I = 0x131;
    private static final int LONG_S = 0x17F;

    private Folding() {}

    static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().map(Folding::fold).forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static int fold(int point) {
        return switch (point) {
            case DOTTED_CAPITAL_I, DOTLESS_I, LONG_S -> point;
            default -> Character.toUpperCase(point);
        };
    }

    static boolean same(String a, String b) {
        return fold(a).equals(fold(b));
    }

    static int compare(String a, String b) {
        return fold(a).compareTo(fold(b));
    }
}
