package dev.runner.frontend.github;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The inputs that a workflow declares for one event, and the values that they get. */
final class WorkflowInputs {
    /**
     * One of them.
     *
     * @param type {@code string}, {@code boolean}, {@code number}, {@code choice} or {@code environment}
     * @param options of a choice
     */
    record Declared(
            String name,
            Span span,
            String type,
            boolean required,
            @Nullable Token otherwise,
            List<String> options) {}

    private final Map<String, Declared> declared = new LinkedHashMap<>();

    /** @param details what is written of {@code workflow_dispatch} or {@code workflow_call} */
    WorkflowInputs(Token.@Nullable Fields details) {
        if (details != null && details.get("inputs") instanceof Token.Fields inputs) {
            for (Token.Field field : inputs.fields()) {
                Token.Fields entry = field.value() instanceof Token.Fields fields
                        ? fields
                        : new Token.Fields(List.of(), field.key().span());
                Token type = entry.get("type");
                List<String> options = new ArrayList<>();
                if (entry.get("options") instanceof Token.Items items) {
                    items.items().forEach(item -> options.add(item.literal()));
                }
                boolean required = entry.get("required") instanceof Token.Truth(boolean truth, Span _) && truth;
                String name = field.key().literal();
                declared.put(
                        name,
                        new Declared(
                                name,
                                field.key().span(),
                                type == null ? "string" : type.literal(),
                                required,
                                entry.get("default"),
                                options));
            }
        }
    }

    List<Declared> all() {
        return List.copyOf(declared.values());
    }

    @Nullable
    Declared find(String name) {
        return declared.values().stream()
                .filter(one -> one.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * The context {@code inputs}.
     *
     * @param given texts by name, as a person or a payload gives them
     * @param scope for defaults that are computed
     */
    Value.Obj values(Map<String, String> given, Scope scope, Diagnostics diagnostics) {
        for (String name : given.keySet()) {
            if (find(name) == null) {
                Source option = Source.of("--input", name + "=" + given.get(name));
                Span span = option.span(0, name.length());
                if (declared.isEmpty()) {
                    diagnostics.error(span, "the workflow has no inputs", "declare '" + name + "' in it");
                } else {
                    diagnostics.unknown(span, "input", name, declared.keySet());
                }
            }
        }
        Map<String, Value> values = new LinkedHashMap<>();
        for (Declared input : declared.values()) {
            String text = given.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(input.name()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
            if (text != null) {
                values.put(input.name(), typed(input, text, diagnostics));
            } else if (input.otherwise() != null) {
                values.put(input.name(), otherwise(input, input.otherwise(), scope));
            } else {
                if (input.required()) {
                    diagnostics.error(
                            input.span(),
                            "Required input '" + input.name() + "' not provided",
                            "give it with --input " + input.name() + "=…");
                }
                values.put(input.name(), nothing(input.type()));
            }
        }
        return new Value.Obj(values);
    }

    static Value nothing(String type) {
        return switch (type) {
            case "boolean" -> Value.of(false);
            case "number" -> Value.of(0);
            default -> Value.of("");
        };
    }

    private static Value otherwise(Declared input, Token token, Scope scope) {
        Value value = Tokens.text(token).value(scope);
        return switch (input.type()) {
            case "boolean" ->
                value instanceof Value.Bool ? value : Value.of(value.text().equals("true"));
            case "number" -> Value.of(value.number());
            default -> Value.of(value.text());
        };
    }

    private static Value typed(Declared input, String text, Diagnostics diagnostics) {
        Span span = Source.of("--input", input.name() + "=" + text).all();
        switch (input.type()) {
            case "boolean" -> {
                if (!text.equals("true") && !text.equals("false")) {
                    diagnostics.error(span, "the input '" + input.name() + "' is true or false, not '" + text + "'");
                }
                return Value.of(text.equals("true"));
            }
            case "number" -> {
                double number = Value.of(text).number();
                if (Double.isNaN(number) || text.isBlank()) {
                    diagnostics.error(span, "the input '" + input.name() + "' is a number, not '" + text + "'");
                }
                return Value.of(number);
            }
            case "choice" -> {
                if (!input.options().contains(text)) {
                    diagnostics.unknown(span, "choice for the input '" + input.name() + "':", text, input.options());
                }
                return Value.of(text);
            }
            default -> {
                return Value.of(text);
            }
        }
    }
}
