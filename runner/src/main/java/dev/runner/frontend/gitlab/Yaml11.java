package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a plain scalar means in YAML 1.1 as Ruby's Psych reads it, which GitLab uses. */
final class Yaml11 {
    private static final Pattern TRUE = Pattern.compile("(?i)yes|true|on");
    private static final Pattern FALSE = Pattern.compile("(?i)no|false|off");
    private static final Pattern NULL = Pattern.compile("(?i)|~|null");
    private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_,]+");
    private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7_,]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("[-+]?0[xX][0-9a-fA-F_,]+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)");
    private static final Pattern FLOAT = Pattern.compile(
            "[-+]?(?:[0-9][0-9_,]*)?\\.[0-9][0-9_,]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_,]*(?:\\.?[eE][-+]?[0-9]+|\\.)");
    private static final Pattern SIXTIES = Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}");
    private static final Pattern DATE = Pattern.compile("\\d{4}-(?:1[012]|0\\d|\\d)-(?:[12]\\d|3[01]|0\\d|\\d)");
    private static final Pattern TIME = Pattern.compile(
            "-?\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt]|\\s+)\\d{1,2}:\\d\\d:\\d\\d(?:\\.\\d*)?(?:\\s*(?:Z|[-+]\\d{1,2}:?(?:\\d\\d)?))?");

    private Yaml11() {}

    /** The scalar; a date is read as text, since {@link #unsupported} has told of it. */
    static Node.Scalar scalar(String text, Span span) {
        if (NULL.matcher(text).matches()) {
            return new Node.Scalar(span, Node.Kind.NULL, "");
        }
        char first = text.charAt(0);
        boolean word = Character.isLetter(first);
        if (word && text.length() > 5) {
            return new Node.Scalar(span, Node.Kind.TEXT, text);
        }
        if (TRUE.matcher(text).matches()) {
            return new Node.Scalar(span, Node.Kind.BOOLEAN, "true");
        }
        if (FALSE.matcher(text).matches()) {
            return new Node.Scalar(span, Node.Kind.BOOLEAN, "false");
        }
        if (!word) {
            String number = integer(text);
            if (number != null) {
                return new Node.Scalar(span, Node.Kind.INTEGER, number);
            }
            if (FLOAT.matcher(text).matches()) {
                return new Node.Scalar(span, Node.Kind.FLOAT, decimal(text));
            }
        }
        return new Node.Scalar(span, Node.Kind.TEXT, text);
    }

    /** The class of Ruby's that GitLab does not load, or null. */
    static @Nullable String unsupported(String text) {
        if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
            return null;
        }
        return DATE.matcher(text).matches() ? "Date" : TIME.matcher(text).matches() ? "Time" : null;
    }

    private static @Nullable String integer(String text) {
        String plain = text.replace("_", "").replace(",", "");
        boolean negative = plain.startsWith("-");
        String digits = plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
        BigInteger value = null;
        if (BINARY.matcher(text).matches()) {
            value = number(digits.substring(2), 2);
        } else if (DECIMAL.matcher(text).matches()) {
            value = number(digits, 10);
        } else if (OCTAL.matcher(text).matches()) {
            value = number(digits, 8);
        } else if (HEXADECIMAL.matcher(text).matches()) {
            value = number(digits.substring(2), 16);
        } else if (SIXTIES.matcher(text).matches()) {
            value = BigInteger.ZERO;
            for (String part : digits.split(":")) {
                value = value.multiply(BigInteger.valueOf(60)).add(number(part, 10));
            }
        }
        return value == null ? null : (negative ? value.negate() : value).toString();
    }

    private static BigInteger number(String digits, int radix) {
        return digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits, radix);
    }

    /** As Ruby prints it: at least one digit behind the point, an exponent from 10¹⁶ on. */
    private static String decimal(String text) {
        String plain = text.replace("_", "").replace(",", "");
        double value = Double.parseDouble(plain);
        double size = Math.abs(value);
        if (size != 0 && (size >= 1e16 || size < 1e-4)) {
            String written = Double.toString(value).toLowerCase(Locale.ROOT);
            int e = written.indexOf('e');
            String exponent = written.substring(e + 1);
            String sign = exponent.startsWith("-") ? "-" : "+";
            String bare = exponent.replace("-", "");
            return written.substring(0, e) + "e" + sign + (bare.length() < 2 ? "0" + bare : bare);
        }
        String shown = new BigDecimal(Double.toString(value)).toPlainString();
        return shown.contains(".") ? shown : shown + ".0";
    }
}
