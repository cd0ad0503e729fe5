package dev.runner.frontend.github;

import dev.runner.source.YamlNode;
import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Scalars by the core schema of YAML 1.2.2, section 10.3.2; with an explicit tag, by that. */
final class Scalars {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUTHS = Set.of("true", "True", "TRUE");
    private static final Set<String> UNTRUTHS = Set.of("false", "False", "FALSE");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]+");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
    private static final Set<String> NOT_NUMBERS = Set.of(".nan", ".NaN", ".NAN");
    private static final String PREFIX = "tag:yaml.org,2002:";

    private Scalars() {}

    static Token resolve(YamlNode.Scalar scalar, Faults faults) {
        String tag = scalar.tag();
        String text = scalar.value();
        if (tag == null || tag.equals("!")) {
            return scalar.plain() && tag == null ? plain(scalar) : new Token.Text(text, scalar.span());
        }
        if (!tag.startsWith(PREFIX)) {
            faults.addWhole(scalar.span(), "Unexpected tag '" + tag + "'", null);
            return new Token.Text(text, scalar.span());
        }
        if (tag.equals(PREFIX + "str")) {
            return new Token.Text(text, scalar.span());
        }
        return tagged(scalar, tag, faults);
    }

    private static Token tagged(YamlNode.Scalar scalar, String tag, Faults faults) {
        Token token = switch (tag.substring(PREFIX.length())) {
            case "null" -> NULLS.contains(scalar.value()) ? new Token.Nothing(scalar.span()) : null;
            case "bool" -> truth(scalar);
            case "int" -> number(scalar, true);
            case "float" -> number(scalar, false);
            default -> {
                faults.addWhole(scalar.span(), "Unexpected tag '" + tag + "'", null);
                yield new Token.Text(scalar.value(), scalar.span());
            }
        };
        String where = "on line " + scalar.span().line() + " and column "
                + scalar.span().column();
        if (!scalar.plain()) {
            String style = style(scalar.style());
            faults.addWhole(
                    scalar.span(),
                    "The scalar style '" + style + "' " + where + " is not valid with the tag '" + tag + "'",
                    null);
        } else if (token == null) {
            faults.addWhole(
                    scalar.span(),
                    "The value '" + scalar.value() + "' " + where + " is invalid for the type '" + tag + "'",
                    null);
        }
        return token == null ? new Token.Text(scalar.value(), scalar.span()) : token;
    }

    private static String style(YamlNode.Style style) {
        return switch (style) {
            case PLAIN -> "Plain";
            case SINGLE_QUOTED -> "SingleQuoted";
            case DOUBLE_QUOTED -> "DoubleQuoted";
            case LITERAL -> "Literal";
            case FOLDED -> "Folded";
        };
    }

    private static Token plain(YamlNode.Scalar scalar) {
        String text = scalar.value();
        if (NULLS.contains(text)) {
            return new Token.Nothing(scalar.span());
        }
        Token truth = truth(scalar);
        if (truth != null) {
            return truth;
        }
        Token number = number(scalar, false);
        return number != null ? number : new Token.Text(text, scalar.span());
    }

    private static @Nullable Token truth(YamlNode.Scalar scalar) {
        boolean truth = TRUTHS.contains(scalar.value());
        return truth || UNTRUTHS.contains(scalar.value()) ? new Token.Truth(truth, scalar.span()) : null;
    }

    private static @Nullable Token number(YamlNode.Scalar scalar, boolean whole) {
        String text = scalar.value();
        Double value = null;
        if (OCTAL.matcher(text).matches()) {
            value = new BigInteger(text.substring(2), 8).doubleValue();
        } else if (HEXADECIMAL.matcher(text).matches()) {
            value = new BigInteger(text.substring(2), 16).doubleValue();
        } else if ((whole ? WHOLE : FLOAT).matcher(text).matches()) {
            value = Double.parseDouble(text);
        } else if (!whole && INFINITE.matcher(text).matches()) {
            value = text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        } else if (!whole && NOT_NUMBERS.contains(text)) {
            value = Double.NaN;
        }
        return value == null ? null : new Token.Number(value, scalar.span());
    }
}
