package dev.runner.build.bake.hcl;

import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression of HCL.
 *
 * @see <a href="https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md">HCL native syntax specification</a>
 */
public sealed interface HclExpression {
    Span span();

    /** A value as written. */
    record Literal(Span span, HclValue value) implements HclExpression {}

    /** Texts and interpolations, one after the other; always a text when evaluated. */
    record Template(Span span, List<HclExpression> parts) implements HclExpression {}

    /** {@code %{ if }} in a template. */
    record TemplateIf(Span span, HclExpression condition, HclExpression then, HclExpression otherwise)
            implements HclExpression {}

    /** {@code %{ for }} in a template. */
    record TemplateFor(Span span, @Nullable String key, String value, HclExpression collection, HclExpression body)
            implements HclExpression {}

    record Tuple(Span span, List<HclExpression> items) implements HclExpression {}

    record ObjectOf(Span span, List<Entry> entries) implements HclExpression {
        /** A key that is a bare word is a literal. */
        public record Entry(HclExpression key, HclExpression value) {}
    }

    record Variable(Span span, String name) implements HclExpression {}

    record Attribute(Span span, HclExpression of, String name) implements HclExpression {}

    record Index(Span span, HclExpression of, HclExpression key) implements HclExpression {}

    /**
     * {@code of[*].rest} or {@code of.*.rest}.
     *
     * @param each what is done to each item, with {@link Item} for the item
     */
    record Splat(Span span, HclExpression of, HclExpression each) implements HclExpression {}

    /** The item of the splat around it. */
    record Item(Span span) implements HclExpression {}

    record Unary(Span span, char operator, HclExpression of) implements HclExpression {}

    record Binary(Span span, String operator, HclExpression left, HclExpression right) implements HclExpression {}

    record Conditional(Span span, HclExpression condition, HclExpression then, HclExpression otherwise)
            implements HclExpression {}

    /** @param spread whether the last argument is a list of arguments */
    record Call(Span span, String function, List<HclExpression> arguments, boolean spread) implements HclExpression {}

    /**
     * {@code [for k, v in c : value if condition]}, or with braces and {@code key =>} for an object.
     *
     * @param resultKey null for a tuple
     * @param grouping whether values of equal keys are collected in tuples
     */
    record For(
            Span span,
            @Nullable String key,
            String value,
            HclExpression collection,
            @Nullable HclExpression resultKey,
            HclExpression result,
            @Nullable HclExpression condition,
            boolean grouping)
            implements HclExpression {}
}
