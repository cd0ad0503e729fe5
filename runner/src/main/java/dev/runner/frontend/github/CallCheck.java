package dev.runner.frontend.github;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a calling job hands over is what the called workflow declares. */
final class CallCheck {
    private final Workflow.Job job;
    private final Token.Text uses;
    private final Token.@Nullable Fields details;
    private final Faults faults;

    CallCheck(Workflow.Job job, Token.Text uses, Token.@Nullable Fields details, Faults faults) {
        this.job = job;
        this.uses = uses;
        this.details = details;
        this.faults = faults;
    }

    void check() {
        Token.Fields given = fields(job.fields().get("with"));
        WorkflowInputs declared = new WorkflowInputs(details);
        for (Token.Field field : given.fields()) {
            WorkflowInputs.Declared input = declared.find(field.key().literal());
            if (input == null) {
                faults.add(
                        field.value(),
                        "Invalid input, " + field.key().literal() + " is not defined in the referenced workflow.");
            } else if (!fits(field.value(), input.type())) {
                faults.add(
                        field.value(),
                        "Unexpected value '" + field.value().literal() + "'",
                        "the input '" + input.name() + "' is a " + input.type());
            }
        }
        for (WorkflowInputs.Declared input : declared.all()) {
            if (input.required() && given.get(input.name()) == null) {
                faults.add(uses, "Input " + input.name() + " is required, but not provided while calling.");
            }
        }
        Token secrets = job.fields().get("secrets");
        if (!(secrets instanceof Token.Text)) {
            secrets(fields(secrets));
        }
    }

    private static Token.Fields fields(@Nullable Token token) {
        return token instanceof Token.Fields fields
                ? fields
                : new Token.Fields(
                        List.of(), dev.runner.source.Source.of("", "").all());
    }

    private static boolean fits(Token value, String type) {
        return value.isExpression()
                || switch (type.toLowerCase(Locale.ROOT)) {
                    case "boolean" -> value instanceof Token.Truth;
                    case "number" -> value instanceof Token.Number;
                    default -> true;
                };
    }

    private void secrets(Token.Fields given) {
        Token.Fields declared = fields(details == null ? null : details.get("secrets"));
        for (Token.Field field : given.fields()) {
            if (!has(declared, field.key().literal())) {
                faults.add(
                        field.value(),
                        "Invalid secret, " + field.key().literal() + " is not defined in the referenced workflow.");
            }
        }
        for (Token.Field field : declared.fields()) {
            boolean required = field.value() instanceof Token.Fields entry
                    && entry.get("required") instanceof Token.Truth(boolean truth, var _)
                    && truth;
            String name = field.key().literal();
            if (required && !has(given, name)) {
                faults.add(uses, "Secret " + name + " is required, but not provided while calling.");
            }
        }
    }

    private static boolean has(Token.Fields fields, String name) {
        return fields.fields().stream().anyMatch(field -> field.key().literal().equalsIgnoreCase(name));
    }
}
