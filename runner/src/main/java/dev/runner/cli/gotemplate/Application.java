package dev.runner.cli.gotemplate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A template at work on a value. */
final class Application {
    /** What a map answers to a key that it lacks. */
    private static final Object NO_VALUE = new Object() {
        @Override
        public String toString() {
            return "<no value>";
        }
    };

    private enum Way {
        ON,
        BREAK,
        CONTINUE
    }

    private final String name;
    private final Functions functions;
    private final StringBuilder out = new StringBuilder();
    private final Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    private @Nullable Object dot;

    Application(String name, Functions functions, @Nullable Object dot) {
        this.name = name;
        this.functions = functions;
        this.dot = dot;
        variables.put("$", dot);
    }

    String run(List<Node> nodes) {
        walk(nodes);
        return out.toString();
    }

    private Way walk(List<Node> nodes) {
        for (Node node : nodes) {
            Way way = switch (node) {
                case Node.Text text -> {
                    out.append(text.text());
                    yield Way.ON;
                }
                case Node.Print print -> {
                    Object value = evaluate(print.pipeline());
                    if (print.pipeline().variables().isEmpty()) {
                        out.append(value == null ? "<no value>" : GoText.print(value));
                    }
                    yield Way.ON;
                }
                case Node.If choice ->
                    walk(Functions.isTrue(known(evaluate(choice.condition()))) ? choice.then() : choice.otherwise());
                case Node.With with -> with(with);
                case Node.Range range -> range(range);
                case Node.Leave leave -> leave.wholly() ? Way.BREAK : Way.CONTINUE;
            };
            if (way != Way.ON) {
                return way;
            }
        }
        return Way.ON;
    }

    private Way with(Node.With with) {
        Object before = dot;
        Object value = known(evaluate(with.value()));
        boolean there = Functions.isTrue(value);
        dot = there ? value : before;
        try {
            return walk(there ? with.then() : with.otherwise());
        } finally {
            dot = before;
        }
    }

    private Way range(Node.Range range) {
        Object over =
                known(evaluate(new Node.Pipeline(List.of(), false, range.over().commands())));
        Map<Object, @Nullable Object> items = items(over);
        if (items.isEmpty()) {
            return walk(range.otherwise());
        }
        Object before = dot;
        List<String> names = range.over().variables();
        try {
            for (Map.Entry<Object, @Nullable Object> item : items.entrySet()) {
                dot = item.getValue();
                if (!names.isEmpty()) {
                    variables.put(names.getLast(), item.getValue());
                }
                if (names.size() == 2) {
                    variables.put(names.getFirst(), item.getKey());
                }
                if (walk(range.body()) == Way.BREAK) {
                    break;
                }
            }
        } finally {
            dot = before;
        }
        return Way.ON;
    }

    private Map<Object, @Nullable Object> items(@Nullable Object over) {
        Map<Object, @Nullable Object> items = new LinkedHashMap<>();
        switch (over) {
            case null -> {}
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    items.put((long) i, list.get(i));
                }
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> sorted = new TreeMap<>();
                map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
                items.putAll(sorted);
            }
            default ->
                throw TemplateException.run("template: " + name + ": range can't iterate over " + GoText.print(over));
        }
        return items;
    }

    private @Nullable Object evaluate(Node.Pipeline pipeline) {
        Object value = null;
        boolean first = true;
        for (Node.Command command : pipeline.commands()) {
            value = evaluate(command, first ? List.of() : java.util.Collections.singletonList(value));
            first = false;
        }
        for (String variable : pipeline.variables()) {
            variables.put(variable, value);
        }
        return value;
    }

    private @Nullable Object evaluate(Node.Command command, List<@Nullable Object> last) {
        Node.Operand head = command.operands().getFirst();
        List<Node.Operand> rest =
                command.operands().subList(1, command.operands().size());
        if (!(head instanceof Node.Function function)) {
            if (!rest.isEmpty() || !last.isEmpty()) {
                throw fault(head, "can't give argument to non-function " + head.text());
            }
            return evaluate(head);
        }
        if (function.name().equals("and") || function.name().equals("or")) {
            return choose(function.name().equals("or"), rest, last);
        }
        List<@Nullable Object> given = new ArrayList<>();
        rest.forEach(operand -> given.add(known(evaluate(operand))));
        last.forEach(value -> given.add(known(value)));
        try {
            return functions.call(function.name(), given);
        } catch (TemplateException e) {
            throw fault(head, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Object choose(boolean wanted, List<Node.Operand> operands, List<@Nullable Object> last) {
        Object value = null;
        for (Node.Operand operand : operands) {
            value = known(evaluate(operand));
            if (Functions.isTrue(value) == wanted) {
                return value;
            }
        }
        return last.isEmpty() ? value : last.getFirst();
    }

    private @Nullable Object evaluate(Node.Operand operand) {
        return switch (operand) {
            case Node.Literal literal -> literal.value();
            case Node.Variable variable -> {
                if (!variables.containsKey(variable.name())) {
                    throw TemplateException.syntax(
                            "template: " + name + ":1: undefined variable \"" + variable.name() + "\"");
                }
                yield variables.get(variable.name());
            }
            case Node.Function function -> evaluate(new Node.Command(List.of(function)), List.of());
            case Node.Group group -> evaluate(group.pipeline());
            case Node.Fields fields -> {
                Node.Operand of = fields.of();
                Object value = of == null ? dot : evaluate(of);
                for (String field : fields.names()) {
                    value = field(fields, value, field);
                }
                yield value;
            }
        };
    }

    private @Nullable Object field(Node.Fields fields, @Nullable Object value, String field) {
        return switch (value) {
            case Struct struct -> {
                if (!struct.has(field)) {
                    throw fault(fields, "can't evaluate field " + field + " in type " + struct.type());
                }
                yield struct.get(field);
            }
            case Map<?, ?> map -> map.containsKey(field) ? map.get(field) : NO_VALUE;
            case null -> throw fault(fields, "nil pointer evaluating interface {}." + field);
            default -> throw fault(fields, "can't evaluate field " + field + " in type " + type(value));
        };
    }

    private static String type(Object value) {
        return switch (value) {
            case String text -> "string";
            case Long number -> "int";
            case Boolean truth -> "bool";
            case List<?> list -> "[]interface {}";
            default -> "interface {}";
        };
    }

    private static @Nullable Object known(@Nullable Object value) {
        return value == NO_VALUE ? null : value;
    }

    private TemplateException fault(Node.Operand at, String message) {
        return TemplateException.run(
                "template: " + name + ":1: executing \"" + name + "\" at <" + at.text() + ">: " + message);
    }
}
