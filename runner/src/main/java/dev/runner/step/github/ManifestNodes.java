package dev.runner.step.github;

import dev.runner.expression.AllowedNames;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** YAML nodes as GitHub reads them: YAML 1.2's core schema, every scalar turned to text. */
final class ManifestNodes {
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]{1,15}");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]{1,20}");

    private final Diagnostics diagnostics;

    ManifestNodes(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    static boolean isNull(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar
                && scalar.plain()
                && scalar.tag() == null
                && List.of("", "null", "Null", "NULL", "~").contains(scalar.value());
    }

    /** The entries of a mapping, after keys that are no text or repeated have been reported. */
    Map<String, YamlNode> mapping(YamlNode node, String what) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        if (!(node instanceof YamlNode.Mapping mapping)) {
            diagnostics.error(node.span(), what + " must be a mapping", "write 'key: value' lines");
            return entries;
        }
        for (YamlNode.Entry entry : mapping.entries()) {
            if (!(entry.key() instanceof YamlNode.Scalar key)) {
                diagnostics.error(entry.key().span(), "a key must be text", null);
            } else if (entries.putIfAbsent(key.value(), entry.value()) != null) {
                diagnostics.error(key.span(), "'" + key.value() + "' is already defined", "keep one of them");
            }
        }
        return entries;
    }

    /** Reports keys that are not among these. */
    void known(YamlNode node, List<String> keys) {
        if (node instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                if (entry.key() instanceof YamlNode.Scalar key && !keys.contains(key.value())) {
                    diagnostics.unknown(key.span(), "key", key.value(), keys);
                }
            }
        }
    }

    /** Text without expressions; the other text when the node is absent. */
    String plain(@Nullable YamlNode node, String otherwise) {
        if (node == null) {
            return otherwise;
        }
        if (node instanceof YamlNode.Scalar scalar) {
            return text(scalar);
        }
        diagnostics.error(node.span(), "expected text", null);
        return otherwise;
    }

    Template template(YamlNode node, AllowedNames allowed) {
        return Template.parse(plain(node, ""), node.span(), allowed, diagnostics);
    }

    /** Numbers and truths are printed as GitHub prints them: {@code 1.10} becomes {@code 1.1}. */
    static String text(YamlNode.Scalar scalar) {
        String value = scalar.value();
        if (!scalar.plain() || scalar.tag() != null) {
            return value;
        }
        if (isNull(scalar)) {
            return "";
        }
        if (List.of("true", "True", "TRUE", "false", "False", "FALSE").contains(value)) {
            return value.toLowerCase(java.util.Locale.ROOT);
        }
        if (NUMBER.matcher(value).matches()) {
            return Value.of(Double.parseDouble(value)).text();
        }
        if (HEXADECIMAL.matcher(value).matches()) {
            return String.valueOf(Long.parseLong(value.substring(2), 16));
        }
        return OCTAL.matcher(value).matches() ? String.valueOf(Long.parseLong(value.substring(2), 8)) : value;
    }
}
