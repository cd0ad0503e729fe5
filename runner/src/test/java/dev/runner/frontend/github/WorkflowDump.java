package dev.runner.frontend.github;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A workflow as the JSON that the conformance cases expect. */
final class WorkflowDump {
    private final boolean positions;
    private final List<String> files = new ArrayList<>();

    WorkflowDump(boolean positions) {
        this.positions = positions;
    }

    Value of(Workflow workflow, boolean events) {
        Map<String, Value> top = new LinkedHashMap<>();
        if (events) {
            top.put("events", events(Objects.requireNonNull(workflow.root().get("on"))));
        }
        if (positions) {
            file(workflow.source());
        }
        Token.Fields root = workflow.root();
        permissions(top, Permissions.of(root.get("permissions")));
        if (!events) {
            inputTypes(top, root.get("on"));
        }
        put(top, "env", root.get("env"));
        put(top, "defaults", root.get("defaults"));
        put(top, "concurrency", root.get("concurrency"));
        top.put("jobs", jobs(workflow));
        if (positions) {
            top.put("file-table", Value.of(files));
        }
        return new Value.Obj(top);
    }

    private int file(Source source) {
        if (!files.contains(source.name())) {
            files.add(source.name());
        }
        return files.indexOf(source.name()) + 1;
    }

    private static void permissions(Map<String, Value> into, @Nullable Permissions permissions) {
        if (permissions != null) {
            into.put("permissions", Value.of(permissions.shown()));
        }
    }

    private static void inputTypes(Map<String, Value> top, @Nullable Token on) {
        Map<String, Object> types = new LinkedHashMap<>();
        new WorkflowInputs(new Triggers(on).details("workflow_dispatch"))
                .all()
                .forEach(input -> types.put(input.name(), input.type()));
        if (!types.isEmpty()) {
            top.put("input-types", Value.of(types));
        }
    }

    private static Value events(Token on) {
        Triggers triggers = new Triggers(on);
        Map<String, Object> events = new LinkedHashMap<>();
        for (String name : triggers.names()) {
            Token.Fields details = triggers.details(name);
            Map<String, Value> out = new LinkedHashMap<>();
            if (details != null) {
                details.fields()
                        .forEach(field ->
                                out.put(field.key().literal(), plain(field.key().literal(), field.value())));
            }
            boolean schedule = name.equals("schedule");
            events.put(
                    name,
                    schedule ? plain(name, Objects.requireNonNull(((Token.Fields) on).get(name))) : new Value.Obj(out));
        }
        return Value.of(events);
    }

    /** Filters are lists however they are written; inputs have a type. */
    private static Value plain(String key, Token token) {
        return switch (token) {
            case Token.Items items ->
                new Value.Arr(
                        items.items().stream().map(item -> plain("", item)).toList());
            case Token.Fields fields -> {
                Map<String, Value> out = new LinkedHashMap<>();
                fields.fields().forEach(field -> out.put(field.key().literal(), plain("", field.value())));
                yield new Value.Obj(out);
            }
            case Token.Truth truth -> Value.of(truth.value());
            case Token.Number number -> Value.of(number.value());
            default -> key.isEmpty() ? Value.of(token.literal()) : new Value.Arr(List.of(Value.of(token.literal())));
        };
    }

    private Value jobs(Workflow workflow) {
        List<Value> jobs = new ArrayList<>();
        for (Workflow.Job job : workflow.jobs()) {
            jobs.add(job(job));
        }
        return new Value.Arr(jobs);
    }

    private Value job(Workflow.Job job) {
        Token.Fields fields = job.fields();
        Map<String, Value> out = new LinkedHashMap<>();
        boolean calls = fields.get("uses") != null;
        out.put("type", Value.of(calls ? "reusableWorkflowJob" : "job"));
        out.put("id", token(job.id()));
        Token name = fields.get("name");
        out.put("name", name == null || name.literal().isEmpty() ? token(job.id()) : token(name));
        if (calls || !job.needs().isEmpty()) {
            out.put("needs", new Value.Arr(job.needs().stream().map(this::token).toList()));
        }
        out.put("if", condition(job.condition(), fields.get("if")));
        permissions(out, job.permissions());
        for (String key : List.of(
                "env",
                "concurrency",
                "environment",
                "strategy",
                "continue-on-error",
                "timeout-minutes",
                "cancel-timeout-minutes",
                "runs-on",
                "container",
                "services",
                "defaults",
                "snapshot")) {
            put(out, key, fields.get(key));
        }
        if (calls) {
            called(job, out);
        } else {
            put(out, "outputs", fields.get("outputs"));
            if (fields.get("steps") != null) {
                out.put(
                        "steps",
                        new Value.Arr(job.steps().stream().map(this::step).toList()));
            }
        }
        return new Value.Obj(out);
    }

    private void called(Workflow.Job job, Map<String, Value> out) {
        out.put("ref", token(Objects.requireNonNull(job.fields().get("uses"))));
        put(out, "input-values", job.fields().get("with"));
        Token secrets = job.fields().get("secrets");
        if (secrets instanceof Token.Text) {
            out.put("inherit-secrets", Value.of(true));
        } else {
            put(out, "secret-values", secrets);
        }
        Workflow.Call call = job.call();
        if (call != null) {
            if (call.declared() != null) {
                put(out, "input-definitions", call.declared().get("inputs"));
                put(out, "secret-definitions", call.declared().get("secrets"));
                put(out, "outputs", call.declared().get("outputs"));
            }
            if (positions) {
                file(call.workflow().source());
            }
            put(out, "env", call.workflow().root().get("env"));
            put(out, "defaults", call.workflow().root().get("defaults"));
            put(out, "embedded-concurrency", call.workflow().root().get("concurrency"));
            out.put("jobs", jobs(call.workflow()));
        }
    }

    private Value step(Workflow.Step step) {
        Token.Fields fields = step.fields();
        Map<String, Value> out = new LinkedHashMap<>();
        out.put("id", step.hasOwnId() ? token(Objects.requireNonNull(fields.get("id"))) : Value.of(step.id()));
        for (String key : List.of("wait", "wait-all", "cancel")) {
            Token token = fields.get(key);
            if (token != null) {
                String name = Map.of("wait", "Wait", "wait-all", "Wait for all", "cancel", "Cancel")
                        .get(key);
                out.put("name", Value.of(name));
                Value value = token instanceof Token.Items(List<Token> items, Span _)
                        ? new Value.Arr(items.stream().map(this::token).toList())
                        : token(token);
                out.put(key, key.equals("wait-all") ? Value.of(true) : value);
                return new Value.Obj(out);
            }
        }
        put(out, "name", fields.get("name"));
        out.put("if", condition(step.condition(), fields.get("if")));
        for (String key : List.of(
                "continue-on-error",
                "timeout-minutes",
                "env",
                "working-directory",
                "shell",
                "run",
                "uses",
                "with",
                "background")) {
            put(out, key, fields.get(key));
        }
        return new Value.Obj(out);
    }

    private Value condition(@Nullable Expression condition, @Nullable Token at) {
        Map<String, Value> out = new LinkedHashMap<>();
        out.put("type", Value.of(3));
        if (condition != null && at != null) {
            place(out, at);
        }
        String text = at instanceof Token.Computed computed
                ? expression(computed.template())
                : condition == null ? "success()" : condition.text();
        boolean complete = condition == null || condition.usesStatusFunction();
        out.put("expr", Value.of(complete ? text : "success() && (" + text + ")"));
        return new Value.Obj(out);
    }

    private void put(Map<String, Value> out, String key, @Nullable Token token) {
        if (token != null) {
            out.put(key, token(token));
        }
    }

    private void place(Map<String, Value> out, Token token) {
        if (positions) {
            out.put("file", Value.of(file(token.span().source())));
            out.put("line", Value.of(token.span().line()));
            out.put("col", Value.of(token.span().column()));
        }
    }

    private Value token(Token token) {
        Map<String, Value> out = new LinkedHashMap<>();
        return switch (token) {
            case Token.Text text -> literal(0, "lit", Value.of(text.value()), text, out);
            case Token.Truth truth -> literal(5, "bool", Value.of(truth.value()), truth, out);
            case Token.Number number -> literal(6, "num", number(number.value()), number, out);
            case Token.Nothing nothing -> literal(7, null, Value.NULL, nothing, out);
            case Token.Items items -> {
                out.put("type", Value.of(1));
                place(out, token);
                if (!items.items().isEmpty()) {
                    out.put(
                            "seq",
                            new Value.Arr(
                                    items.items().stream().map(this::token).toList()));
                }
                yield new Value.Obj(out);
            }
            case Token.Fields fields -> {
                out.put("type", Value.of(2));
                place(out, token);
                List<Value> entries = new ArrayList<>();
                fields.fields().forEach(field -> {
                    Map<String, Value> entry = new LinkedHashMap<>();
                    entry.put("Key", token(field.key()));
                    entry.put("Value", token(field.value()));
                    entries.add(new Value.Obj(entry));
                });
                if (!entries.isEmpty()) {
                    out.put("map", new Value.Arr(entries));
                }
                yield new Value.Obj(out);
            }
            case Token.Computed computed -> {
                out.put("type", Value.of(3));
                place(out, token);
                out.put("expr", Value.of(expression(computed.template())));
                yield new Value.Obj(out);
            }
            case Token.Insert _ -> {
                out.put("type", Value.of(4));
                place(out, token);
                out.put("directive", Value.of("insert"));
                yield new Value.Obj(out);
            }
        };
    }

    private static Value number(double number) {
        if (number == 0) {
            return Value.of(0);
        }
        return Double.isNaN(number) || Double.isInfinite(number)
                ? Value.of(Value.of(number).text())
                : Value.of(number);
    }

    private Value literal(int type, @Nullable String key, Value value, Token token, Map<String, Value> out) {
        if (!positions) {
            return value;
        }
        out.put("type", Value.of(type));
        place(out, token);
        if (key != null) {
            out.put(key, value);
        }
        return new Value.Obj(out);
    }

    /** Text with expressions is a call of {@code format}. */
    private static String expression(Template template) {
        if (template.isOneExpression()) {
            return template.expressions().getFirst().text();
        }
        return template.asFormatText();
    }
}
