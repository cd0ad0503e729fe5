package dev.runner.build.bake.hcl;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code format}: verbs as Go's fmt has them.
 *
 * @see <a href="https://pkg.go.dev/github.com/zclconf/go-cty/cty/function/stdlib#Format">format of go-cty</a>
 */
final class HclFormat {
    /** Flags, width, precision, the argument's number, the verb. */
    private static final Pattern VERB = Pattern.compile("%([-+ 0#]*)(\\d+)?(?:\\.(\\d+)?)?(?:\\[(\\d+)])?([A-Za-z%])");

    private HclFormat() {}

    static String format(String pattern, List<HclValue> values) {
        StringBuilder out = new StringBuilder();
        Matcher verb = VERB.matcher(pattern);
        int last = 0;
        int next = 0;
        int most = 0;
        while (verb.find(last)) {
            literal(pattern, last, verb.start(), out);
            last = verb.end();
            char kind = verb.group(5).charAt(0);
            if (kind == '%') {
                out.append('%');
                continue;
            }
            int place = verb.group(4) == null ? next : Integer.parseInt(verb.group(4)) - 1;
            if (place < 0 || place >= values.size()) {
                throw new HclFault("there are not enough arguments for \"" + verb.group() + "\"");
            }
            next = place + 1;
            most = Math.max(most, next);
            boolean dot = verb.group().contains(".");
            int precision = verb.group(3) != null ? Integer.parseInt(verb.group(3)) : dot ? 0 : -1;
            out.append(padded(one(kind, verb.group(1), precision, values.get(place)), verb.group(1), verb.group(2)));
        }
        literal(pattern, last, pattern.length(), out);
        if (most < values.size()) {
            throw new HclFault("there are too many arguments; only " + most + " used by the format");
        }
        return out.toString();
    }

    private static void literal(String pattern, int from, int to, StringBuilder out) {
        String text = pattern.substring(from, to);
        if (text.contains("%")) {
            throw new HclFault("'%' in \"" + text + "\" begins no verb; write %% for the character");
        }
        out.append(text);
    }

    private static String one(char verb, String flags, int precision, HclValue value) {
        return switch (verb) {
            case 'v' -> plain(value, flags, precision);
            case 's' -> cut(HclValues.text(value), precision);
            case 'q' -> HclJsonText.write(HclValue.of(cut(HclValues.text(value), precision)));
            case 't' -> Boolean.toString(HclValues.bool(value));
            case 'd' -> signed(whole(value).toString(), flags);
            case 'b' -> signed(whole(value).toString(2), flags);
            case 'o' -> signed(whole(value).toString(8), flags);
            case 'x' -> hexadecimal(value, flags);
            case 'X' -> hexadecimal(value, flags).toUpperCase(Locale.ROOT);
            case 'f', 'F' ->
                signed(
                        HclValues.number(value)
                                .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                                .toPlainString(),
                        flags);
            case 'e', 'E' -> signed(scientific(HclValues.number(value), precision < 0 ? 6 : precision, verb), flags);
            case 'g', 'G' -> signed(shortest(HclValues.number(value), precision), flags);
            default -> throw new HclFault("the verb %" + verb + " is unknown");
        };
    }

    private static String plain(HclValue value, String flags, int precision) {
        if (flags.contains("#")) {
            return HclJsonText.write(value);
        }
        return switch (value) {
            case HclValue.Null _ -> "null";
            case HclValue.Num(BigDecimal number) -> signed(shortest(number, precision), flags);
            case HclValue.Str _, HclValue.Bool _ -> cut(HclValues.text(value), precision);
            case HclValue.Lst _, HclValue.Obj _ -> HclJsonText.write(value);
        };
    }

    private static String cut(String text, int precision) {
        return precision < 0 || precision >= text.length() ? text : text.substring(0, precision);
    }

    private static BigInteger whole(HclValue value) {
        return HclValues.number(value).toBigInteger();
    }

    private static String hexadecimal(HclValue value, String flags) {
        if (value instanceof HclValue.Str(String text) && !text.matches("-?\\d+")) {
            StringBuilder out = new StringBuilder();
            for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                out.append(String.format(Locale.ROOT, "%02x", b));
            }
            return out.toString();
        }
        return signed((flags.contains("#") ? "0x" : "") + whole(value).toString(16), flags);
    }

    private static String shortest(BigDecimal number, int precision) {
        BigDecimal rounded = precision < 0 ? number : number.round(new java.math.MathContext(Math.max(1, precision)));
        return HclValue.text(rounded);
    }

    private static String scientific(BigDecimal number, int precision, char verb) {
        BigDecimal rounded = number.round(new java.math.MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String digits = rounded.movePointLeft(exponent)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        return digits + verb + (exponent < 0 ? "-" : "+") + String.format(Locale.ROOT, "%02d", Math.abs(exponent));
    }

    private static String signed(String number, String flags) {
        if (number.startsWith("-")) {
            return number;
        }
        return flags.contains("+") ? "+" + number : flags.contains(" ") ? " " + number : number;
    }

    private static String padded(String text, String flags, @org.jspecify.annotations.Nullable String width) {
        int missing = width == null ? 0 : Integer.parseInt(width) - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        if (!flags.contains("0")) {
            return " ".repeat(missing) + text;
        }
        boolean sign = text.startsWith("-") || text.startsWith("+");
        return sign ? text.charAt(0) + "0".repeat(missing) + text.substring(1) : "0".repeat(missing) + text;
    }
}
