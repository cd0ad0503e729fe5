package dev.runner.build.bake;

import dev.runner.build.bake.hcl.HclBody;
import dev.runner.build.bake.hcl.HclEvaluator;
import dev.runner.build.bake.hcl.HclExpression;
import dev.runner.build.bake.hcl.HclFault;
import dev.runner.build.bake.hcl.HclFunction;
import dev.runner.build.bake.hcl.HclFunctions;
import dev.runner.build.bake.hcl.HclScope;
import dev.runner.build.bake.hcl.HclType;
import dev.runner.build.bake.hcl.HclValue;
import dev.runner.build.bake.hcl.HclValues;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the bodies of all HCL and JSON files as one: variables, functions, then groups and targets. What depends on
 * something else is worked out when it is asked for, and a circle is a fault.
 */
final class HclDefinitions implements HclScope {
    private final BakeInputs inputs;
    private final Diagnostics diagnostics = new Diagnostics();
    private final Map<String, HclBody.Attribute> globals = new LinkedHashMap<>();
    private final Map<String, List<HclBody.Block>> variables = new LinkedHashMap<>();
    private final Map<String, HclBody.Block> functions = new LinkedHashMap<>();
    private final List<HclBody.Block> targets = new ArrayList<>();
    private final List<HclBody.Block> groups = new ArrayList<>();
    private final Map<String, HclValue> known = new HashMap<>();
    private final Set<String> working = new HashSet<>();

    private HclDefinitions(BakeInputs inputs) {
        this.inputs = inputs;
        inputs.builtIn().forEach((name, text) -> known.put(name, HclValue.of(text)));
    }

    /** @throws InvalidSourceException with every fault found */
    static BakeDefinition read(List<HclBody> bodies, BakeInputs inputs) {
        HclDefinitions definitions = new HclDefinitions(inputs);
        bodies.forEach(definitions::collect);
        BakeDefinition definition = definitions.evaluate();
        definitions.diagnostics.throwIfErrors();
        return definition;
    }

    private void collect(HclBody body) {
        body.attributes().forEach(attribute -> globals.put(attribute.name(), attribute));
        for (HclBody.Block block : body.blocks()) {
            if (block.labels().size() != 1) {
                Span at = block.labels().isEmpty()
                        ? block.at()
                        : block.labels().get(1).at();
                diagnostics.error(at, "'" + block.type() + "' has one label", "write " + block.type() + " \"NAME\" {");
                continue;
            }
            String name = block.labels().getFirst().text();
            switch (block.type()) {
                case "variable" ->
                    variables.computeIfAbsent(name, _ -> new ArrayList<>()).add(block);
                case "function" -> functions.put(name, block);
                case "target" -> targets.add(block);
                case "group" -> groups.add(block);
                default ->
                    diagnostics.unknown(
                            block.at(), "block", block.type(), List.of("target", "group", "variable", "function"));
            }
        }
    }

    private BakeDefinition evaluate() {
        Map<String, BakeTarget> allTargets = new LinkedHashMap<>();
        Map<String, BakeGroup> allGroups = new LinkedHashMap<>();
        globals.forEach((name, attribute) -> attempt(() -> variable(name, attribute.at())));
        variables.forEach((name, blocks) -> attempt(() -> {
            variable(name, blocks.getFirst().at());
            blocks.forEach(block -> validate(block));
        }));
        for (HclBody.Block block : groups) {
            attempt(() -> {
                BakeGroup group = new TargetReader(this, diagnostics).group(block);
                allGroups.put(group.name(), group);
            });
        }
        for (HclBody.Block block : targets) {
            attempt(() -> {
                List<BakeTarget> read = new TargetReader(this, diagnostics).targets(block);
                read.forEach(target -> allTargets.merge(target.name(), target, BakeTarget::mergedWith));
                String label = block.labels().getFirst().text();
                if (read.size() != 1 || !read.getFirst().name().equals(label)) {
                    allGroups.put(
                            label,
                            new BakeGroup(
                                    label,
                                    "",
                                    read.stream().map(BakeTarget::name).toList()));
                }
            });
        }
        return new BakeDefinition(allTargets, allGroups, describedVariables());
    }

    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (InvalidSourceException e) {
            // One fault of a variable shows wherever it is used; once is enough.
            e.diagnostics().stream()
                    .filter(found -> !diagnostics.sorted().contains(found))
                    .forEach(diagnostics::add);
        }
    }

    private List<BakeVariable> describedVariables() {
        List<BakeVariable> described = new ArrayList<>();
        variables.forEach((name, blocks) -> {
            HclBody.Attribute type = find(blocks, "type");
            HclBody.Attribute description = find(blocks, "description");
            HclValue value = known.getOrDefault(name, HclValue.NULL);
            attempt(() -> described.add(new BakeVariable(
                    name,
                    type == null ? null : HclType.of(type.value()).written(),
                    value.isNull() ? null : BakeJson.text(value),
                    description == null ? null : HclValues.text(HclEvaluator.evaluate(description.value(), this)))));
        });
        return described;
    }

    private static HclBody.@Nullable Attribute find(List<HclBody.Block> blocks, String name) {
        HclBody.Attribute last = null;
        for (HclBody.Block block : blocks) {
            HclBody.Attribute found = block.body().attribute(name);
            last = found != null ? found : last;
        }
        return last;
    }

    private void validate(HclBody.Block variable) {
        for (HclBody.Attribute attribute : variable.body().attributes()) {
            if (!List.of("default", "type", "description").contains(attribute.name())) {
                diagnostics.unknown(
                        attribute.at(),
                        "attribute of a variable",
                        attribute.name(),
                        List.of("default", "type", "description", "validation"));
            }
        }
        for (HclBody.Block rule : variable.body().blocks()) {
            if (!rule.type().equals("validation")) {
                diagnostics.unknown(rule.at(), "block of a variable", rule.type(), List.of("validation"));
                continue;
            }
            HclBody.Attribute condition = rule.body().attribute("condition");
            HclBody.Attribute message = rule.body().attribute("error_message");
            if (condition == null) {
                diagnostics.error(rule.at(), "'condition' is missing", null);
            } else if (!truth(condition)) {
                String said = message == null
                        ? "the value of '" + variable.labels().getFirst().text() + "' is not valid"
                        : HclValues.text(HclEvaluator.evaluate(message.value(), this));
                diagnostics.error(condition.value().span(), said, null);
            }
        }
    }

    private boolean truth(HclBody.Attribute condition) {
        try {
            return HclValues.bool(HclEvaluator.evaluate(condition.value(), this));
        } catch (HclFault e) {
            diagnostics.error(condition.value().span(), "the condition must be true or false", null);
            return true;
        }
    }

    @Override
    public @Nullable HclValue variable(String name, Span at) {
        HclValue value = known.get(name);
        if (value != null) {
            return value;
        }
        HclBody.Attribute global = globals.get(name);
        List<HclBody.Block> blocks = variables.getOrDefault(name, List.of());
        if (global == null && blocks.isEmpty()) {
            return null;
        }
        if (!working.add(name)) {
            throw fault(at, "the variable '" + name + "' depends on itself");
        }
        try {
            value = worked(name, global, blocks, at);
            known.put(name, value);
            return value;
        } finally {
            working.remove(name);
        }
    }

    private HclValue worked(String name, HclBody.@Nullable Attribute global, List<HclBody.Block> blocks, Span at) {
        HclBody.Attribute typed = find(blocks, "type");
        HclType type = typed == null ? null : HclType.of(typed.value());
        HclBody.Attribute given = global != null ? global : find(blocks, "default");
        HclValue value = given == null ? HclValue.NULL : HclEvaluator.evaluate(given.value(), this);
        String json = blocks.isEmpty() ? null : inputs.lookup(name + "_JSON");
        String text = blocks.isEmpty() ? null : inputs.lookup(name);
        try {
            if (text != null) {
                return (type == null ? typeOf(value) : type).read(text);
            }
            if (json != null && type != null) {
                return type.convert(dev.runner.build.bake.hcl.HclJsonText.read(json));
            }
            return type == null ? value : type.convert(value);
        } catch (HclFault e) {
            Span where = text != null || json != null || given == null
                    ? at
                    : given.value().span();
            throw fault(where, "the value of '" + name + "' does not fit: " + e.getMessage());
        }
    }

    /** A value from outside has the kind of the default. */
    private static HclType typeOf(HclValue value) {
        return switch (value) {
            case HclValue.Bool _ -> new HclType.Primitive("bool");
            case HclValue.Num _ -> new HclType.Primitive("number");
            case HclValue.Lst _ -> new HclType.ListOf(new HclType.Any(), false);
            case HclValue.Obj _ -> new HclType.MapOf(new HclType.Any());
            case HclValue.Null _, HclValue.Str _ -> new HclType.Primitive("string");
        };
    }

    static InvalidSourceException fault(Span at, String message) {
        return new InvalidSourceException(dev.runner.source.Diagnostic.error(at, message, null));
    }

    /** {@code target.NAME.ATTRIBUTE} and {@code group.NAME.targets}: of the first block of this name that has it. */
    @Override
    public @Nullable HclValue path(List<String> names, Span at) {
        String root = names.getFirst();
        if (names.size() < 3 || !root.equals("target") && !root.equals("group") || known.containsKey(root)) {
            return null;
        }
        List<HclBody.Block> blocks = root.equals("target") ? targets : groups;
        boolean there = false;
        for (HclBody.Block block : blocks.reversed()) {
            if (!block.labels().getFirst().text().equals(names.get(1))) {
                continue;
            }
            there = true;
            HclBody.Attribute attribute = block.body().attribute(names.get(2));
            if (attribute != null) {
                return inside(attribute, names, at);
            }
        }
        if (!there) {
            throw fault(at, "there is no " + root + " '" + names.get(1) + "'");
        }
        return HclValue.NULL;
    }

    private HclValue inside(HclBody.Attribute attribute, List<String> names, Span at) {
        String key = String.join(".", names.subList(0, 3));
        if (!working.add(key)) {
            throw fault(at, "'" + key + "' depends on itself");
        }
        try {
            HclValue value = HclEvaluator.evaluate(attribute.value(), this);
            for (String name : names.subList(3, names.size())) {
                HclValue found =
                        value instanceof HclValue.Obj(Map<String, HclValue> entries) ? entries.get(name) : null;
                if (found == null) {
                    throw fault(at, "'" + key + "' has no '" + name + "'");
                }
                value = found;
            }
            return value;
        } finally {
            working.remove(key);
        }
    }

    @Override
    public @Nullable HclFunction function(String name) {
        HclBody.Block block = functions.get(name);
        return block == null ? HclFunctions.byName().get(name) : own(name, block);
    }

    private HclFunction own(String name, HclBody.Block block) {
        List<String> parameters = names(block.body().attribute("params"));
        HclBody.Attribute variadic = block.body().attribute("variadic_params");
        HclBody.Attribute result = block.body().attribute("result");
        if (result == null) {
            throw fault(block.at(), "the function '" + name + "' has no 'result'");
        }
        String rest = variadic != null && variadic.value() instanceof HclExpression.Variable(var _, String word)
                ? word
                : null;
        return arguments -> {
            if (arguments.size() < parameters.size() || rest == null && arguments.size() > parameters.size()) {
                throw new HclFault(parameters.size() + " arguments are needed, not " + arguments.size());
            }
            if (!working.add("function " + name)) {
                throw new HclFault("the function depends on itself");
            }
            try {
                Map<String, HclValue> given = new LinkedHashMap<>();
                for (int i = 0; i < parameters.size(); i++) {
                    given.put(parameters.get(i), arguments.get(i));
                }
                if (rest != null) {
                    given.put(rest, new HclValue.Lst(arguments.subList(parameters.size(), arguments.size())));
                }
                return HclEvaluator.evaluate(result.value(), with(given));
            } finally {
                working.remove("function " + name);
            }
        };
    }

    private static List<String> names(HclBody.@Nullable Attribute attribute) {
        if (attribute == null) {
            return List.of();
        }
        if (!(attribute.value() instanceof HclExpression.Tuple(var _, List<HclExpression> items))) {
            throw fault(attribute.value().span(), "'params' is a list of names");
        }
        List<String> names = new ArrayList<>();
        for (HclExpression item : items) {
            switch (item) {
                case HclExpression.Variable(var _, String name) -> names.add(name);
                case HclExpression.Literal(var _, HclValue.Str(String name)) -> names.add(name);
                default -> throw fault(item.span(), "a parameter is a name");
            }
        }
        return names;
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>(variables.keySet());
        names.addAll(globals.keySet());
        names.addAll(inputs.builtIn().keySet());
        return names;
    }
}
