package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Value;
import dev.runner.source.YamlNode;
import java.util.Set;
import java.util.regex.Pattern;

/** Scalars by the core schema of YAML 1.2.2, section 10.3.2. */
final class Scalars {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUTHS = Set.of("true", "True", "TRUE");
    private static final Set<String> UNTRUTHS = Set.of("false", "False", "FALSE");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]+");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
    private static final Set<String> NOT_NUMBERS = Set.of(".nan", ".NaN", ".NAN");
    private static final String PREFIX = "tag:yaml.org,2002:";

    private Scalars() {}

    static Value resolve(YamlNode.Scalar scalar) {
        String tag = scalar.tag();
        if ((PREFIX + "str").equals(tag) || "!".equals(tag) || tag == null && !scalar.plain()) {
            return Value.of(scalar.value());
        }
        return plain(scalar.value());
    }

    static boolean isNull(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && resolve(scalar) instanceof Value.Null;
    }

    /** Whether a tag is one of the core schema's. */
    static boolean knows(String tag) {
        return tag.equals("!")
                || tag.startsWith(PREFIX)
                        && Set.of("str", "int", "float", "bool", "null", "map", "seq")
                                .contains(tag.substring(PREFIX.length()));
    }

    private static Value plain(String text) {
        if (NULLS.contains(text)) {
            return Value.NULL;
        }
        if (TRUTHS.contains(text) || UNTRUTHS.contains(text)) {
            return Value.of(TRUTHS.contains(text));
        }
        if (OCTAL.matcher(text).matches()) {
            return Value.of(new java.math.BigInteger(text.substring(2), 8).doubleValue());
        }
        if (HEXADECIMAL.matcher(text).matches()) {
            return Value.of(new java.math.BigInteger(text.substring(2), 16).doubleValue());
        }
        if (NUMBER.matcher(text).matches()) {
            return Value.of(Double.parseDouble(text));
        }
        if (INFINITE.matcher(text).matches()) {
            return Value.of(text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        return NOT_NUMBERS.contains(text) ? Value.of(Double.NaN) : Value.of(text);
    }
}
