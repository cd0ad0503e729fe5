package dev.runner.build.bake.hcl;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.NearNames;
import dev.runner.source.Span;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions. */
public final class HclEvaluator {
    private final HclScope scope;
    private final @Nullable HclValue item;

    private HclEvaluator(HclScope scope, @Nullable HclValue item) {
        this.scope = scope;
        this.item = item;
    }

    /**
     * The value of an expression.
     *
     * @throws InvalidSourceException when there is no such variable or function, or a value does not fit its operator
     */
    public static HclValue evaluate(HclExpression expression, HclScope scope) {
        return new HclEvaluator(scope, null).value(expression);
    }

    private HclValue value(HclExpression expression) {
        try {
            return switch (expression) {
                case HclExpression.Literal literal -> literal.value();
                case HclExpression.Template template -> template(template);
                case HclExpression.TemplateIf choice ->
                    HclValues.bool(value(choice.condition())) ? value(choice.then()) : value(choice.otherwise());
                case HclExpression.TemplateFor loop -> templateFor(loop);
                case HclExpression.Tuple tuple ->
                    new HclValue.Lst(tuple.items().stream().map(this::value).toList());
                case HclExpression.ObjectOf object -> object(object);
                case HclExpression.Variable variable -> variable(variable.name(), variable.span());
                case HclExpression.Attribute attribute -> attribute(attribute);
                case HclExpression.Index index -> HclValues.index(value(index.of()), value(index.key()));
                case HclExpression.Splat splat -> splat(splat);
                case HclExpression.Item _ -> item == null ? HclValue.NULL : item;
                case HclExpression.Unary unary -> unary(unary);
                case HclExpression.Binary binary -> binary(binary);
                case HclExpression.Conditional choice -> conditional(choice);
                case HclExpression.Call call -> call(call);
                case HclExpression.For loop -> loop(loop);
            };
        } catch (HclFault e) {
            throw fault(expression.span(), e.says(), null);
        }
    }

    static InvalidSourceException fault(Span span, String message, @Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(span, message, remedy));
    }

    private HclValue template(HclExpression.Template template) {
        StringBuilder text = new StringBuilder();
        for (HclExpression part : template.parts()) {
            HclValue value = value(part);
            if (value.isNull()) {
                throw fault(part.span(), "null cannot be put into a text", "use coalesce, or a condition");
            }
            try {
                text.append(HclValues.text(value));
            } catch (HclFault e) {
                throw fault(part.span(), e.says(), null);
            }
        }
        return HclValue.of(text.toString());
    }

    private HclValue templateFor(HclExpression.TemplateFor loop) {
        StringBuilder text = new StringBuilder();
        each(
                value(loop.collection()),
                (key, value) -> text.append(HclValues.text(
                        inside(loop.key(), loop.value(), key, value).value(loop.body()))));
        return HclValue.of(text.toString());
    }

    private HclEvaluator inside(@Nullable String keyName, String valueName, HclValue key, HclValue value) {
        Map<String, HclValue> more = new LinkedHashMap<>();
        if (keyName != null) {
            more.put(keyName, key);
        }
        more.put(valueName, value);
        return new HclEvaluator(scope.with(more), item);
    }

    private static void each(HclValue collection, BiConsumer<HclValue, HclValue> action) {
        switch (collection) {
            case HclValue.Lst(List<HclValue> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    action.accept(HclValue.of(i), items.get(i));
                }
            }
            case HclValue.Obj(Map<String, HclValue> entries) ->
                entries.forEach((key, value) -> action.accept(HclValue.of(key), value));
            default -> throw new HclFault("a " + collection.kind() + " cannot be iterated over");
        }
    }

    private HclValue object(HclExpression.ObjectOf object) {
        Map<String, HclValue> entries = new LinkedHashMap<>();
        for (HclExpression.ObjectOf.Entry entry : object.entries()) {
            HclValue key = value(entry.key());
            if (key.isNull()) {
                throw fault(entry.key().span(), "a key of an object must not be null", null);
            }
            entries.put(HclValues.text(key), value(entry.value()));
        }
        return new HclValue.Obj(entries);
    }

    private HclValue variable(String name, Span at) {
        HclValue value = scope.variable(name, at);
        if (value == null) {
            String near = NearNames.nearest(name, scope.names());
            throw fault(
                    at,
                    "there is no variable '" + name + "'",
                    near != null
                            ? "did you mean '" + near + "'?"
                            : "declare it with variable \"" + name + "\" {}, or put a text in quotes");
        }
        return value;
    }

    /** A path that begins with a name is offered to the scope as a whole first. */
    private HclValue attribute(HclExpression.Attribute attribute) {
        Deque<String> names = new ArrayDeque<>();
        HclExpression base = attribute;
        while (base instanceof HclExpression.Attribute(var _, HclExpression of, String name)) {
            names.addFirst(name);
            base = of;
        }
        if (base instanceof HclExpression.Variable(var _, String root)) {
            names.addFirst(root);
            HclValue found = scope.path(List.copyOf(names), attribute.span());
            if (found != null) {
                return found;
            }
        }
        HclValue of = value(attribute.of());
        if (of instanceof HclValue.Obj(Map<String, HclValue> entries)) {
            HclValue found = entries.get(attribute.name());
            if (found == null) {
                throw new HclFault("the object has no attribute '" + attribute.name() + "'");
            }
            return found;
        }
        throw new HclFault("a " + of.kind() + " has no attributes, such as '" + attribute.name() + "'");
    }

    private HclValue splat(HclExpression.Splat splat) {
        HclValue of = value(splat.of());
        List<HclValue> items =
                of instanceof HclValue.Lst(List<HclValue> list) ? list : of.isNull() ? List.of() : List.of(of);
        return new HclValue.Lst(items.stream()
                .map(one -> new HclEvaluator(scope, one).value(splat.each()))
                .toList());
    }

    private HclValue unary(HclExpression.Unary unary) {
        HclValue of = value(unary.of());
        return unary.operator() == '!'
                ? HclValue.of(!HclValues.bool(of))
                : HclValue.of(HclValues.number(of).negate());
    }

    private HclValue binary(HclExpression.Binary binary) {
        HclValue left = value(binary.left());
        switch (binary.operator()) {
            case "||":
                return HclValue.of(HclValues.bool(left) | HclValues.bool(value(binary.right())));
            case "&&":
                return HclValue.of(HclValues.bool(left) & HclValues.bool(value(binary.right())));
            case "==":
                return HclValue.of(left.equals(value(binary.right())));
            case "!=":
                return HclValue.of(!left.equals(value(binary.right())));
            default:
                BigDecimal a = HclValues.number(left);
                BigDecimal b = HclValues.number(value(binary.right()));
                return switch (binary.operator()) {
                    case "<" -> HclValue.of(a.compareTo(b) < 0);
                    case "<=" -> HclValue.of(a.compareTo(b) <= 0);
                    case ">" -> HclValue.of(a.compareTo(b) > 0);
                    case ">=" -> HclValue.of(a.compareTo(b) >= 0);
                    case "+" -> HclValue.of(a.add(b));
                    case "-" -> HclValue.of(a.subtract(b));
                    case "*" -> HclValue.of(a.multiply(b, HclValues.PRECISION));
                    case "/" -> HclValue.of(HclValues.divide(a, b));
                    case "%" -> HclValue.of(HclValues.remainder(a, b));
                    default -> throw new IllegalStateException(binary.operator());
                };
        }
    }

    /** Both results have one kind: a number or a truth beside a text becomes a text. */
    private HclValue conditional(HclExpression.Conditional choice) {
        boolean first = HclValues.bool(value(choice.condition()));
        HclValue result = value(first ? choice.then() : choice.otherwise());
        HclExpression other = first ? choice.otherwise() : choice.then();
        boolean primitive = result instanceof HclValue.Num || result instanceof HclValue.Bool;
        if (primitive && isText(other)) {
            return HclValue.of(HclValues.text(result));
        }
        return result;
    }

    private static boolean isText(HclExpression expression) {
        return expression instanceof HclExpression.Template
                || expression instanceof HclExpression.Literal(var _, HclValue.Str _);
    }

    private HclValue call(HclExpression.Call call) {
        // These two must see the faults of their arguments.
        if (call.function().equals("try") || call.function().equals("can")) {
            return attempt(call);
        }
        if (call.function().equals("convert") && call.arguments().size() == 2) {
            HclType type = HclType.of(call.arguments().get(1));
            return type.convert(value(call.arguments().getFirst()));
        }
        HclFunction function = scope.function(call.function());
        if (function == null) {
            throw fault(call.span(), "there is no function '" + call.function() + "'", null);
        }
        List<HclValue> arguments = new ArrayList<>();
        call.arguments().forEach(argument -> arguments.add(value(argument)));
        if (call.spread()) {
            HclValue last = arguments.removeLast();
            arguments.addAll(HclValues.list(last));
        }
        try {
            return function.call(arguments);
        } catch (HclFault e) {
            throw fault(call.span(), call.function() + ": " + e.says(), null);
        }
    }

    private HclValue attempt(HclExpression.Call call) {
        boolean can = call.function().equals("can");
        InvalidSourceException last = null;
        for (HclExpression argument : call.arguments()) {
            try {
                HclValue value = value(argument);
                return can ? HclValue.of(true) : value;
            } catch (InvalidSourceException e) {
                last = e;
            }
        }
        if (can) {
            return HclValue.of(false);
        }
        throw last != null ? last : fault(call.span(), "try: at least one argument is needed", null);
    }

    private HclValue loop(HclExpression.For loop) {
        HclValue collection = value(loop.collection());
        List<HclValue> items = new ArrayList<>();
        Map<String, HclValue> entries = new LinkedHashMap<>();
        Map<String, List<HclValue>> groups = new LinkedHashMap<>();
        each(collection, (key, value) -> {
            HclEvaluator inner = inside(loop.key(), loop.value(), key, value);
            if (loop.condition() != null && !HclValues.bool(inner.value(loop.condition()))) {
                return;
            }
            HclValue result = inner.value(loop.result());
            if (loop.resultKey() == null) {
                items.add(result);
                return;
            }
            String name = HclValues.text(inner.value(loop.resultKey()));
            if (loop.grouping()) {
                groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(result);
            } else if (entries.put(name, result) != null) {
                throw fault(
                        loop.span(),
                        "two entries have the key '" + name + "'",
                        "write ... after the value to group them");
            }
        });
        if (loop.resultKey() == null) {
            return new HclValue.Lst(items);
        }
        groups.forEach((name, values) -> entries.put(name, new HclValue.Lst(values)));
        return new HclValue.Obj(entries);
    }
}
