package dev.runner.frontend.gitlab;

import com.google.re2j.PatternSyntaxException;
import dev.runner.source.Span;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The header of a file, {@code spec: inputs:}, against what is given for it. */
final class InputSpec {
    private static final Set<String> KEYS = Set.of("default", "description", "options", "regex", "type", "rules");
    private static final Map<String, String> TYPES =
            Map.of("string", "string", "number", "number", "boolean", "boolean", "array", "array");

    private final Faults faults;
    private final @Nullable Node header;

    InputSpec(@Nullable Node header, Faults faults) {
        this.header = header;
        this.faults = faults;
    }

    /**
     * The value of every declared input.
     *
     * @param given by the {@code include}, or for the pipeline
     * @param at where the include stands, for what is missing
     */
    Map<String, Node> values(Map<String, Node.Field> given, Span at) {
        Map<String, Node> values = new LinkedHashMap<>();
        Node.Fields declared = declared();
        declared.fields().forEach((name, field) -> values.put(name, value(name, field, given.get(name), at, values)));
        Set<String> unknown = new LinkedHashSet<>(given.keySet());
        unknown.removeAll(declared.fields().keySet());
        if (!unknown.isEmpty()) {
            Node.Field first = given.get(unknown.iterator().next());
            faults.error(
                    first == null ? at : first.key(),
                    "unknown input arguments: " + String.join(", ", unknown),
                    declared.fields().isEmpty()
                            ? "the file declares no inputs"
                            : "the file declares "
                                    + String.join(", ", declared.fields().keySet()));
        }
        return values;
    }

    private Node.Fields declared() {
        Node spec = header instanceof Node.Fields fields ? fields.present("spec") : null;
        if (spec instanceof Node.Fields fields) {
            for (String key : fields.fields().keySet()) {
                if (!List.of("inputs", "component", "description", "include").contains(key)) {
                    faults.error(fields.span(), "header:spec config contains unknown keys: " + key);
                }
            }
            if (fields.present("inputs") instanceof Node.Fields inputs) {
                return inputs;
            }
        }
        return new Node.Fields(dev.runner.source.Source.of("spec", "").all(), Map.of());
    }

    private Node value(String name, Node.Field field, Node.@Nullable Field given, Span at, Map<String, Node> earlier) {
        Node.Fields spec =
                field.value() instanceof Node.Fields fields ? fields : new Node.Fields(field.key(), Map.of());
        for (String key : spec.fields().keySet()) {
            if (!KEYS.contains(key)) {
                faults.error(field.key(), "header:spec:inputs:" + name + " config contains unknown keys: " + key);
            }
        }
        String written = Node.textOf(spec.get("type"));
        String type = TYPES.get(written == null ? "string" : written);
        if (type == null) {
            faults.error(
                    field.key(),
                    "header:spec:inputs:" + name + " input type unknown value: " + written,
                    "write string, number, boolean or array");
            type = "string";
        }
        Node chosen = ruled(spec, earlier);
        Node standard = chosen != null ? chosen : spec.get("default");
        Node value = given != null && !Node.isNull(given.value()) ? given.value() : standard;
        if (value == null) {
            faults.error(at, "`" + name + "` input: required value has not been provided", "give it under inputs:");
            return Node.text("", at);
        }
        check(name, type, spec, value, given == null ? field.key() : given.key(), given == null);
        return value;
    }

    /** The default of the first of {@code rules} whose condition holds for the inputs above. */
    private @Nullable Node ruled(Node.Fields spec, Map<String, Node> earlier) {
        if (!(spec.present("rules") instanceof Node.Items(Span _, List<Node> rules))) {
            return null;
        }
        Map<String, String> known = new LinkedHashMap<>();
        earlier.forEach((name, node) -> known.put(name, node instanceof Node.Scalar text ? text.text() : ""));
        for (Node one : rules) {
            if (one instanceof Node.Fields rule) {
                String condition = Node.textOf(rule.get("if"));
                if (condition == null
                        || holds(condition.replace("$[[ inputs.", "$").replace(" ]]", ""), known)) {
                    return rule.get("default");
                }
            }
        }
        return null;
    }

    private static boolean holds(String condition, Map<String, String> known) {
        try {
            return Condition.parse(condition).holds(known);
        } catch (Condition.SyntaxException e) {
            return false;
        }
    }

    private void check(String name, String type, Node.Fields spec, Node value, Span at, boolean standard) {
        boolean fits = switch (type) {
            case "number" ->
                value instanceof Node.Scalar scalar
                        && (scalar.kind() == Node.Kind.INTEGER
                                || scalar.kind() == Node.Kind.FLOAT
                                || scalar.text().matches("-?\\d+(\\.\\d+)?"));
            case "boolean" ->
                value instanceof Node.Scalar scalar
                        && (scalar.kind() == Node.Kind.BOOLEAN
                                || List.of("true", "false").contains(scalar.text()));
            case "array" -> value instanceof Node.Items;
            default -> Node.isText(value) || Node.textOf(value) != null && holdsVariable(value);
        };
        if (!fits) {
            String which = standard ? "default value" : "provided value";
            String remedy = type.equals("string") ? "put it into quotes" : null;
            faults.error(at, "`" + name + "` input: " + which + " is not " + article(type), remedy);
            return;
        }
        if (spec.present("options") instanceof Node.Items(Span _, List<Node> options)
                && options.stream().noneMatch(option -> Node.json(option).equals(Node.json(value)))) {
            String known = String.join(", ", options.stream().map(Node::json).toList());
            faults.error(
                    at,
                    "`" + name + "` input: `" + String.join(", ", Node.texts(value))
                            + "` cannot be used because it is not in the list of allowed options",
                    "allowed are " + known);
        }
        regex(name, spec, value, at, standard);
    }

    private static boolean holdsVariable(Node value) {
        return Node.texts(value).stream().anyMatch(text -> text.contains("$"));
    }

    private static String article(String type) {
        return type.equals("array") ? "an array" : "a " + type;
    }

    private void regex(String name, Node.Fields spec, Node value, Span at, boolean standard) {
        String regex = Node.textOf(spec.get("regex"));
        if (regex == null || !(value instanceof Node.Scalar scalar)) {
            return;
        }
        try {
            if (!com.google.re2j.Pattern.compile(regex).matcher(scalar.text()).find()) {
                String which = standard ? "default value" : "provided value";
                faults.error(at, "`" + name + "` input: " + which + " does not match required RE2 pattern", regex);
            }
        } catch (PatternSyntaxException e) {
            faults.error(at, "`" + name + "` input: invalid regular expression", e.getMessage());
        }
    }
}
