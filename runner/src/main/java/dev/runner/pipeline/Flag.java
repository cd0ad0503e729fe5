package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import org.jspecify.annotations.Nullable;

/**
 * True or false, as written or computed.
 *
 * @param written null when it is not written
 * @param otherwise what holds then
 */
public record Flag(@Nullable Template written, boolean otherwise) {
    public static Flag of(boolean truth) {
        return new Flag(null, truth);
    }

    /**
     * Whether it is true.
     *
     * @throws InvalidSourceException when it evaluates to text that is neither {@code true} nor {@code false}
     */
    public boolean isTrue(Scope scope) {
        if (written == null) {
            return otherwise;
        }
        Value value = written.value(scope);
        String text = value.text();
        if (value instanceof Value.Null || text.isEmpty()) {
            return otherwise;
        }
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidSourceException(Diagnostic.error(
                    written.span(), "expected true or false, but this gives '" + text + "'", "write true or false"));
        }
        return text.equals("true");
    }
}
