package dev.runner.build.bake;

import dev.runner.build.bake.hcl.HclBody;
import dev.runner.build.bake.hcl.HclEvaluator;
import dev.runner.build.bake.hcl.HclFault;
import dev.runner.build.bake.hcl.HclScope;
import dev.runner.build.bake.hcl.HclValue;
import dev.runner.build.bake.hcl.HclValues;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Blocks of targets and groups, evaluated; a target with a matrix gives several. */
final class TargetReader {
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");

    private final HclScope scope;
    private final Diagnostics diagnostics;

    TargetReader(HclScope scope, Diagnostics diagnostics) {
        this.scope = scope;
        this.diagnostics = diagnostics;
    }

    BakeGroup group(HclBody.Block block) {
        List<String> known = List.of("targets", "description");
        for (HclBody.Attribute attribute : block.body().attributes()) {
            if (!known.contains(attribute.name())) {
                diagnostics.unknown(attribute.at(), "attribute of a group", attribute.name(), known);
            }
        }
        HclBody.Attribute targets = block.body().attribute("targets");
        HclBody.Attribute description = block.body().attribute("description");
        if (targets == null) {
            diagnostics.error(block.at(), "a group needs 'targets'", "write targets = [\"NAME\"]");
        }
        return new BakeGroup(
                checked(block.labels().getFirst()),
                description == null ? "" : HclValues.text(HclEvaluator.evaluate(description.value(), scope)),
                targets == null ? List.of() : texts(targets, scope));
    }

    private String checked(HclBody.Label label) {
        if (!NAME.matcher(label.text()).matches()) {
            diagnostics.error(label.at(), "'" + label.text() + "' is no name here", "use letters, digits, _ and -");
        }
        return label.text();
    }

    List<BakeTarget> targets(HclBody.Block block) {
        HclBody.Attribute matrix = block.body().attribute("matrix");
        HclBody.Attribute name = block.body().attribute("name");
        String label = checked(block.labels().getFirst());
        block.body()
                .blocks()
                .forEach(inner -> diagnostics.error(
                        inner.at(),
                        "a target has no blocks, such as '" + inner.type() + "'",
                        "write " + inner.type() + " = …"));
        if (matrix == null) {
            if (name != null) {
                diagnostics.error(name.at(), "'name' needs a 'matrix'", "rename the block, or add a matrix");
            }
            return List.of(target(label, block, scope));
        }
        List<BakeTarget> targets = new ArrayList<>();
        for (Map<String, HclValue> cell : cells(matrix)) {
            HclScope inner = scope.with(cell);
            String own = label;
            if (name != null) {
                own = HclValues.text(HclEvaluator.evaluate(name.value(), inner));
                if (!NAME.matcher(own).matches()) {
                    diagnostics.error(
                            name.value().span(),
                            "'" + own + "' is no name for a target",
                            "use sanitize(…) to make it one");
                }
            }
            targets.add(target(own, block, inner));
        }
        return targets;
    }

    private List<Map<String, HclValue>> cells(HclBody.Attribute matrix) {
        if (!(HclEvaluator.evaluate(matrix.value(), scope) instanceof HclValue.Obj(Map<String, HclValue> axes))) {
            throw HclDefinitions.fault(matrix.value().span(), "the matrix must be a map of lists");
        }
        List<Map<String, HclValue>> cells = List.of(Map.of());
        for (Map.Entry<String, HclValue> axis : axes.entrySet()) {
            List<Map<String, HclValue>> longer = new ArrayList<>();
            for (Map<String, HclValue> cell : cells) {
                for (HclValue value : list(axis.getValue(), matrix.value().span())) {
                    Map<String, HclValue> next = new LinkedHashMap<>(cell);
                    next.put(axis.getKey(), value);
                    longer.add(next);
                }
            }
            cells = longer;
        }
        return cells;
    }

    private BakeTarget target(String name, HclBody.Block block, HclScope inner) {
        Map<BakeAttribute, BakeValue> attributes = new EnumMap<>(BakeAttribute.class);
        for (HclBody.Attribute attribute : block.body().attributes()) {
            if (attribute.name().equals("matrix") || attribute.name().equals("name")) {
                continue;
            }
            BakeAttribute known = BakeAttribute.find(attribute.name());
            if (known == null) {
                diagnostics.unknown(
                        attribute.at(),
                        "attribute of a target",
                        attribute.name(),
                        Stream.concat(
                                        Arrays.stream(BakeAttribute.values()).map(BakeAttribute::word),
                                        Stream.of("matrix", "name"))
                                .toList());
                continue;
            }
            try {
                HclValue value = HclEvaluator.evaluate(attribute.value(), inner);
                if (!value.isNull()) {
                    attributes.put(known, value(known, value));
                }
            } catch (HclFault e) {
                diagnostics.error(
                        attribute.value().span(), "'" + attribute.name() + "' does not fit: " + e.getMessage(), null);
            } catch (InvalidSourceException e) {
                e.diagnostics().stream()
                        .filter(found -> !diagnostics.sorted().contains(found))
                        .forEach(diagnostics::add);
            }
        }
        return new BakeTarget(name, attributes, false);
    }

    private static BakeValue value(BakeAttribute attribute, HclValue value) {
        return switch (attribute.kind()) {
            case TEXT -> new BakeValue.Text(HclValues.text(value));
            case FLAG -> new BakeValue.Flag(HclValues.bool(value));
            case TEXTS ->
                new BakeValue.Texts(
                        HclValues.list(value).stream().map(HclValues::text).toList());
            case PAIRS -> pairs(value);
            case ENTRIES -> entries(attribute, value);
        };
    }

    /** What is null is left out, so that what is inherited shows. */
    private static BakeValue pairs(HclValue value) {
        if (!(value instanceof HclValue.Obj(Map<String, HclValue> entries))) {
            throw new HclFault("a map is needed, not a " + value.kind());
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        entries.forEach((key, one) -> {
            if (!one.isNull()) {
                pairs.put(key, HclValues.text(one));
            }
        });
        return new BakeValue.Pairs(pairs);
    }

    private static BakeValue entries(BakeAttribute attribute, HclValue value) {
        List<Map<String, String>> entries = new ArrayList<>();
        for (HclValue item : HclValues.list(value)) {
            if (item instanceof HclValue.Obj(Map<String, HclValue> fields)) {
                Map<String, String> texts = attribute == BakeAttribute.SECRET || attribute == BakeAttribute.SSH
                        ? new LinkedHashMap<>()
                        : new TreeMap<>();
                fields.forEach((key, one) -> {
                    if (!one.isNull()) {
                        texts.put(key, field(one));
                    }
                });
                entries.add(texts);
            } else {
                Map<String, String> fields = BakeEntries.parse(attribute, HclValues.text(item));
                if (fields != null) {
                    entries.add(fields);
                }
            }
        }
        return new BakeValue.Entries(entries);
    }

    private static String field(HclValue value) {
        return value instanceof HclValue.Lst(List<HclValue> items)
                ? String.join(",", items.stream().map(HclValues::text).toList())
                : HclValues.text(value);
    }

    private List<String> texts(HclBody.Attribute attribute, HclScope inner) {
        return list(
                        HclEvaluator.evaluate(attribute.value(), inner),
                        attribute.value().span())
                .stream()
                .map(HclValues::text)
                .toList();
    }

    private static List<HclValue> list(HclValue value, Span at) {
        if (value instanceof HclValue.Lst(List<HclValue> items)) {
            return items;
        }
        throw HclDefinitions.fault(at, "a list is needed, not a " + value.kind());
    }
}
