package dev.runner.expression;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One walk of a syntax tree. The results of filters are remembered, because an index into such a result is applied to
 * each of its items, while an index into another array picks one.
 */
final class Evaluation {
    private final Scope scope;
    private final Budget budget = new Budget();
    private final Set<Value> filtered = Collections.newSetFromMap(new IdentityHashMap<>());

    Evaluation(Scope scope) {
        this.scope = scope;
    }

    Value evaluate(Node node) {
        return switch (node) {
            case Node.Literal literal -> literal.value();
            case Node.Name name -> context(name);
            case Node.Index index -> index(evaluate(index.target()), evaluate(index.key()));
            case Node.Filter filter -> filter(evaluate(filter.target()));
            case Node.Call call -> call(call);
            case Node.Not not -> Value.of(!evaluate(not.operand()).truthy());
            case Node.Compare compare ->
                Value.of(compare.comparison().test(evaluate(compare.left()), evaluate(compare.right())));
            case Node.Logic logic -> logic(logic);
        };
    }

    private Value context(Node.Name name) {
        Value value = scope.context(name.name().toLowerCase(Locale.ROOT));
        return value == null ? Value.NULL : value;
    }

    /** The first operand that decides, else the last: the operand itself, not a boolean. */
    private Value logic(Node.Logic logic) {
        Value value = Value.NULL;
        for (Node operand : logic.operands()) {
            value = evaluate(operand);
            if (value.truthy() != logic.all()) {
                return value;
            }
        }
        return value;
    }

    private Value filter(Value target) {
        if (!filtered.contains(target)) {
            return remember(new ArrayList<>(contents(target)));
        }
        List<Value> found = new ArrayList<>();
        contents(target).forEach(item -> found.addAll(contents(item)));
        return remember(found);
    }

    private static Collection<Value> contents(Value value) {
        return switch (value) {
            case Value.Arr(List<Value> items) -> items;
            case Value.Obj object -> object.entries().values();
            case Value.Null _, Value.Bool _, Value.Num _, Value.Str _ -> List.of();
        };
    }

    private Value index(Value target, Value key) {
        if (!filtered.contains(target)) {
            Value found = pick(target, key);
            return found == null ? Value.NULL : found;
        }
        List<Value> found = new ArrayList<>();
        for (Value item : contents(target)) {
            Value picked = pick(item, key);
            if (picked != null) {
                found.add(picked);
            }
        }
        return remember(found);
    }

    private static @Nullable Value pick(Value target, Value key) {
        return switch (target) {
            case Value.Obj object -> key.primitive() ? object.get(key.text()) : null;
            case Value.Arr(List<Value> items) -> {
                double place = Math.floor(key.number());
                yield place >= 0 && place < items.size() ? items.get((int) place) : null;
            }
            case Value.Null _, Value.Bool _, Value.Num _, Value.Str _ -> null;
        };
    }

    private Value remember(List<Value> items) {
        Value result = new Value.Arr(items);
        filtered.add(result);
        return result;
    }

    private Value call(Node.Call call) {
        String name = call.name().toLowerCase(Locale.ROOT);
        int mark = budget.used();
        try {
            if (name.equals("case")) {
                return choose(call);
            }
            List<Value> arguments = new ArrayList<>();
            call.arguments().forEach(argument -> arguments.add(evaluate(argument)));
            Value result = Functions.call(name, arguments, budget);
            if (result == null) {
                result = scope.call(name, List.copyOf(arguments));
            }
            budget.release(mark);
            if (result instanceof Value.Str(String text)) {
                budget.takeText(text.length());
            }
            return result;
        } catch (EvaluationException e) {
            throw e;
        } catch (Budget.ExceededException e) {
            throw failure(call.span(), e, "keep large data in files and hand on their paths");
        } catch (RuntimeException e) {
            throw failure(call.span(), e, null);
        }
    }

    private static EvaluationException failure(Span span, RuntimeException cause, @Nullable String remedy) {
        String message = cause.getMessage();
        return new EvaluationException(span, message == null ? cause.toString() : message, remedy, cause);
    }

    /** Evaluates conditions until one is true, and of the values only the one behind it. */
    private Value choose(Node.Call call) {
        List<Node> arguments = call.arguments();
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            Node condition = arguments.get(i);
            if (!(evaluate(condition) instanceof Value.Bool(boolean holds))) {
                throw new EvaluationException(
                        condition.span(),
                        "case predicate must evaluate to a boolean value",
                        "compare it with something, or negate it twice: !!value",
                        null);
            }
            if (holds) {
                return evaluate(arguments.get(i + 1));
            }
        }
        return evaluate(arguments.getLast());
    }
}
