package dev.runner.expression;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Numbers to text and back, by the rules of GitHub's runner: .NET's G15 format, and its own reading of strings. */
final class Numbers {
    private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]{1,256}");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]{1,256}");

    private Numbers() {}

    /**
     * At most 15 significant digits without trailing zeros; scientific when the exponent is -5 or less or 15 or more,
     * with a sign and at least two digits. Negative zero is 0.
     */
    static String format(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        if (number == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent > -5 && exponent < DIGITS.getPrecision()) {
            return rounded.toPlainString();
        }
        String mantissa = rounded.movePointLeft(exponent).toPlainString();
        int size = Math.abs(exponent);
        return mantissa + (exponent < 0 ? "E-" : "E+") + (size < 10 ? "0" : "") + size;
    }

    /** Surrounding white space is ignored; the empty string is 0; what is no number is NaN. */
    static double parse(String text) {
        String trimmed = trim(text);
        if (trimmed.isEmpty()) {
            return 0;
        }
        if (DECIMAL.matcher(trimmed).matches()) {
            return Double.parseDouble(trimmed);
        }
        if (HEXADECIMAL.matcher(trimmed).matches()) {
            return new java.math.BigInteger(trimmed.substring(2), 16).doubleValue();
        }
        if (OCTAL.matcher(trimmed).matches()) {
            return new java.math.BigInteger(trimmed.substring(2), 8).doubleValue();
        }
        return switch (trimmed) {
            case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> Double.NaN;
        };
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
