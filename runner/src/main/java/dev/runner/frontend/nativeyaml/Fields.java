package dev.runner.frontend.nativeyaml;

import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of a mapping by key, after keys that are no text, repeated or unknown have been reported. */
final class Fields {
    /** A key and its value, each with its place. */
    record Field(String key, Span keySpan, YamlNode value) {}

    private final Map<String, Field> byKey = new LinkedHashMap<>();
    private final Span span;
    private final Diagnostics diagnostics;

    private Fields(Span span, Diagnostics diagnostics) {
        this.span = span;
        this.diagnostics = diagnostics;
    }

    /** Reads a mapping whose keys a person chooses; null stands for an empty one. */
    static Fields open(YamlNode node, String what, Diagnostics diagnostics) {
        Fields fields = new Fields(node.span(), diagnostics);
        switch (node) {
            case YamlNode.Mapping mapping -> mapping.entries().forEach(fields::add);
            case YamlNode.Scalar scalar when Scalars.isNull(scalar) -> {}
            case YamlNode.Scalar _, YamlNode.Sequence _ ->
                diagnostics.error(node.span(), what + " must be a mapping, found " + Kinds.of(node));
        }
        return fields;
    }

    /** Reads a mapping that knows its keys. */
    static Fields known(YamlNode node, String what, List<String> keys, Diagnostics diagnostics) {
        Fields fields = open(node, what, diagnostics);
        for (Field field : fields.all()) {
            if (field.key().equals("<<")) {
                diagnostics.error(field.keySpan(), "merge keys are not part of YAML 1.2", "write the entries out");
            } else if (!keys.contains(field.key())) {
                diagnostics.unknown(field.keySpan(), "key", field.key(), keys);
            }
        }
        return fields;
    }

    private void add(YamlNode.Entry entry) {
        if (!(entry.key() instanceof YamlNode.Scalar key)) {
            diagnostics.error(entry.key().span(), "a key must be text, found " + Kinds.of(entry.key()));
            return;
        }
        Field first = byKey.putIfAbsent(key.value(), new Field(key.value(), key.span(), entry.value()));
        if (first != null) {
            diagnostics.error(
                    key.span(),
                    "the key '" + key.value() + "' is here twice",
                    "the first is in line " + first.keySpan().line() + "; keep one of them");
        }
    }

    Collection<Field> all() {
        return byKey.values();
    }

    @Nullable
    Field field(String key) {
        return byKey.get(key);
    }

    /** The value, or null when the key is absent or holds nothing. */
    @Nullable
    YamlNode get(String key) {
        Field field = byKey.get(key);
        return field == null || Scalars.isNull(field.value()) ? null : field.value();
    }

    boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** The value; its absence is reported once, at the mapping. */
    @Nullable
    YamlNode require(String key, String what, String remedy) {
        YamlNode value = get(key);
        if (value == null) {
            Field field = byKey.get(key);
            String message = field == null ? what + " needs the key '" + key + "'" : "'" + key + "' is empty";
            diagnostics.error(field == null ? firstLine() : field.keySpan(), message, remedy);
        }
        return value;
    }

    private Span firstLine() {
        int end = span.text().indexOf('\n');
        return end < 0 ? span : span.part(0, end);
    }

    Span span() {
        return span;
    }
}
