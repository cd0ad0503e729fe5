package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Value;
import dev.runner.pipeline.ValueTree;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands under {@code matrix}: an expression, or axes with {@code include} and {@code exclude}. */
final class MatrixReader {
    private final Settings settings;
    private final Diagnostics diagnostics;
    private final Place place;

    MatrixReader(Settings settings, Place place) {
        this.settings = settings;
        this.diagnostics = settings.diagnostics();
        this.place = place;
    }

    ValueTree read(YamlNode node) {
        if (node instanceof YamlNode.Mapping mapping) {
            return axes(mapping);
        }
        ValueTree tree = tree(node);
        if (!isExpression(tree)) {
            diagnostics.error(
                    node.span(),
                    "'matrix' must be a mapping of names to lists, found " + Kinds.of(node),
                    "write it as matrix: {flavour: [slim, full]}");
        }
        return tree;
    }

    private ValueTree axes(YamlNode.Mapping mapping) {
        Fields fields = Fields.open(mapping, "'matrix'", diagnostics);
        if (fields.all().isEmpty()) {
            diagnostics.error(mapping.span(), "'matrix' is empty", "add a name with a list of values, or remove it");
        }
        Map<String, ValueTree> entries = new LinkedHashMap<>();
        for (Fields.Field field : fields.all()) {
            boolean special = field.key().equals("include") || field.key().equals("exclude");
            if (!special) {
                settings.name(field, Settings.NAME, "matrix");
            }
            ValueTree tree = tree(field.value());
            checkAxis(field, tree, special);
            entries.put(field.key(), tree);
        }
        return new ValueTree.Fields(entries, mapping.span());
    }

    private void checkAxis(Fields.Field field, ValueTree tree, boolean special) {
        if (isExpression(tree)) {
            return;
        }
        String of = special ? "a list of mappings" : "a list of values";
        if (!(tree instanceof ValueTree.Items(List<ValueTree> items, var _))) {
            diagnostics.error(
                    field.value().span(), "'" + field.key() + "' must be " + of + ", found " + Kinds.of(field.value()));
            return;
        }
        if (items.isEmpty() && !special) {
            diagnostics.error(field.value().span(), "'" + field.key() + "' has no values", "add one, or remove it");
        }
        for (ValueTree item : items) {
            if (special && !(item instanceof ValueTree.Fields) && !isExpression(item)) {
                diagnostics.error(item.span(), "an item of '" + field.key() + "' must be a mapping");
            }
        }
    }

    private static boolean isExpression(ValueTree tree) {
        return tree instanceof ValueTree.Text(var template) && !template.isLiteral();
    }

    private ValueTree tree(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence sequence ->
                new ValueTree.Items(sequence.items().stream().map(this::tree).toList(), node.span());
            case YamlNode.Mapping _ -> {
                Map<String, ValueTree> entries = new LinkedHashMap<>();
                for (Fields.Field field :
                        Fields.open(node, "a mapping", diagnostics).all()) {
                    entries.put(field.key(), tree(field.value()));
                }
                yield new ValueTree.Fields(entries, node.span());
            }
        };
    }

    private ValueTree scalar(YamlNode.Scalar scalar) {
        var value = Scalars.resolve(scalar);
        if (value instanceof Value.Str) {
            return new ValueTree.Text(settings.text(scalar, "a value of the matrix", place));
        }
        return new ValueTree.Constant(value, scalar.span());
    }

    /** The names a matrix has; null when they are known only at run time. */
    static @Nullable Set<String> keys(ValueTree matrix) {
        if (!(matrix instanceof ValueTree.Fields(Map<String, ValueTree> entries, var _))) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, ValueTree> entry : entries.entrySet()) {
            if (entry.getKey().equals("include")) {
                if (!(entry.getValue() instanceof ValueTree.Items(List<ValueTree> items, var _))) {
                    return null;
                }
                for (ValueTree item : items) {
                    if (!(item instanceof ValueTree.Fields(Map<String, ValueTree> extra, var _))) {
                        return null;
                    }
                    names.addAll(extra.keySet());
                }
            } else if (!entry.getKey().equals("exclude")) {
                names.add(entry.getKey());
            }
        }
        return new LinkedHashSet<>(names);
    }
}
