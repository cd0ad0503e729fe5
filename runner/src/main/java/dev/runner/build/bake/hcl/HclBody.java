package dev.runner.build.bake.hcl;

import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attributes and blocks, in the order of the text. */
public record HclBody(List<Attribute> attributes, List<Block> blocks, Span span) {
    public HclBody {
        attributes = List.copyOf(attributes);
        blocks = List.copyOf(blocks);
    }

    /** The attribute of this name, or null. */
    public @Nullable Attribute attribute(String name) {
        for (Attribute attribute : attributes) {
            if (attribute.name().equals(name)) {
                return attribute;
            }
        }
        return null;
    }

    /** {@code name = value} */
    public record Attribute(String name, Span at, HclExpression value) {}

    /** {@code type "label" { … }} */
    public record Block(String type, Span at, List<Label> labels, HclBody body) {
        public Block {
            labels = List.copyOf(labels);
        }
    }

    /** A block's label. */
    public record Label(String text, Span at) {}
}
