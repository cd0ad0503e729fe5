package dev.runner.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A YAML document as a tree in which each node knows its place. Scalars are kept as written: GitHub reads YAML 1.2 and
 * GitLab YAML 1.1, so each front-end resolves them by its own rules.
 */
public sealed interface YamlNode {
    Span span();

    /** The explicit tag, such as {@code !reference} or {@code tag:yaml.org,2002:str}, or null when none is written. */
    @Nullable
    String tag();

    /** The anchor defined on this node, or null. */
    @Nullable
    String anchor();

    /**
     * @param value the text after unquoting, unescaping and folding
     *
     */
    record Scalar(Span span, @Nullable String tag, @Nullable String anchor, String value, Style style)
            implements YamlNode {
        public boolean plain() {
            return style == Style.PLAIN;
        }
    }

    record Sequence(
            Span span, @Nullable String tag, @Nullable String anchor, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Entries in the order written; duplicate keys are kept for the front-end to judge. */
    record Mapping(
            Span span, @Nullable String tag, @Nullable String anchor, List<Entry> entries) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /** A key and its value; a key may be any node. */
    record Entry(YamlNode key, YamlNode value) {}

    /** How a scalar is written. */
    enum Style {
        PLAIN,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        LITERAL,
        FOLDED
    }
}
