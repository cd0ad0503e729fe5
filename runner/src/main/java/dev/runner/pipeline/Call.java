package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job does that runs another pipeline in place of steps. The jobs of that pipeline see the contexts of the run, but
 * their own {@code inputs} and {@code secrets}.
 *
 * @param secrets what its jobs may read, evaluated in the calling job's scope; null for all that the caller may
 * @param outputs what the calling job gives, evaluated when all is done, with the context {@code jobs}
 * @param span where the call is written
 */
public record Call(
        Pipeline pipeline, List<Input> inputs, @Nullable TemplateMap secrets, TemplateMap outputs, Span span) {
    public Call {
        inputs = List.copyOf(inputs);
    }

    /** What a value must be. */
    public enum Type {
        TEXT,
        TRUTH,
        NUMBER
    }

    /**
     * A value that is handed over.
     *
     * @param given evaluated in the calling job's scope; null when the job gives none
     * @param otherwise evaluated in the scope of the called pipeline; null for {@code ''}, {@code false} or {@code 0}
     */
    public record Input(
            String name,
            Type type,
            @Nullable Template given,
            @Nullable ValueTree otherwise) {}

    /**
     * The context {@code inputs} of the called pipeline.
     *
     * @param scope of the calling job
     * @throws InvalidSourceException when a value is of another type than its input
     */
    public Value.Obj inputs(Scope scope) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Input input : inputs) {
            if (input.given() != null) {
                values.put(
                        input.name(),
                        typed(input, input.given().value(scope), input.given().span()));
            } else if (input.otherwise() != null) {
                ValueTree otherwise = input.otherwise();
                Scope own = name -> name.equals("inputs") ? new Value.Obj(values) : scope.context(name);
                values.put(input.name(), typed(input, otherwise.value(own), otherwise.span()));
            } else {
                values.put(
                        input.name(),
                        switch (input.type()) {
                            case TEXT -> Value.of("");
                            case TRUTH -> Value.of(false);
                            case NUMBER -> Value.of(0);
                        });
            }
        }
        return new Value.Obj(values);
    }

    private static Value typed(Input input, Value value, Span span) {
        return switch (input.type()) {
            case TEXT -> Value.of(value.text());
            case TRUTH -> {
                String text = value.text();
                if (!text.equals("true") && !text.equals("false") && !text.isEmpty()) {
                    throw unexpected(input, value, span, "true or false");
                }
                yield Value.of(text.equals("true"));
            }
            case NUMBER -> {
                if (Double.isNaN(value.number())) {
                    throw unexpected(input, value, span, "a number");
                }
                yield Value.of(value.number());
            }
        };
    }

    private static InvalidSourceException unexpected(Input input, Value value, Span span, String expected) {
        return new InvalidSourceException(Diagnostic.error(
                span, "Unexpected value '" + value.text() + "'", "the input '" + input.name() + "' is " + expected));
    }
}
