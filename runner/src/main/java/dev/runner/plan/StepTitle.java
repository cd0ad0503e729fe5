package dev.runner.plan;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Step;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people see of a step: its name, or one made from what it does. */
public final class StepTitle {
    private static final int LONGEST = 60;

    private StepTitle() {}

    /** With all expressions evaluated; one that cannot be is shown as written. */
    public static String of(Step step, Scope scope) {
        return title(step, template -> {
            try {
                return template.text(scope);
            } catch (EvaluationException e) {
                return template.source();
            }
        });
    }

    /** With all expressions as written, for a plan. */
    public static String written(Step step) {
        return title(step, Template::source);
    }

    private static String title(Step step, Function<Template, String> text) {
        Template name = step.head().name();
        String given = name == null ? "" : text.apply(name).strip();
        if (!given.isEmpty()) {
            return shorten(given);
        }
        return shorten(
                switch (step) {
                    case Step.Checkout checkout -> "Checkout" + after(" ", checkout.repository(), text);
                    case Step.Binfmt _ -> "Register emulation";
                    case Step.Login login ->
                        "Login to " + (login.registry() == null ? "docker.io" : text.apply(login.registry()));
                    case Step.Build build ->
                        "Build " + text.apply(build.recipe().context());
                    case Step.Publish publish ->
                        "Publish to " + publish.to().items().stream().map(text).collect(Collectors.joining(", "));
                    case Step.Downstream downstream ->
                        "Run the pipeline of "
                                + (downstream.target() == null
                                        ? "a child"
                                        : downstream.target().project());
                    case Step.Function function -> "Run " + called(function.call());
                    case Step.Script script -> "Run " + firstLine(String.join("\n", script.commands()));
                    case Step.Uses uses -> "Run " + uses.action();
                    case Step.Run run -> "Run " + firstLine(text.apply(run.script()));
                });
    }

    private static String called(Value.Obj call) {
        Value function = call.get("step") == null ? call.get("func") : call.get("step");
        return function instanceof Value.Str(String name)
                ? name
                : call.get("script") instanceof Value.Str(String script) ? firstLine(script) : "a function";
    }

    private static String after(String prefix, @Nullable Template template, Function<Template, String> text) {
        return template == null ? "" : prefix + text.apply(template);
    }

    private static String firstLine(String script) {
        return script.strip().lines().findFirst().orElse("").strip();
    }

    private static String shorten(String text) {
        String line = text.lines().findFirst().orElse("");
        int points = line.codePointCount(0, line.length());
        return points <= LONGEST ? line : line.substring(0, line.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }
}
