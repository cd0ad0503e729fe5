package dev.runner.pipeline;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import org.jspecify.annotations.Nullable;

/**
 * A whole number of 0 or more, as written or computed.
 *
 * @param written null when it is not written
 * @param otherwise what holds then
 */
public record Count(@Nullable Template written, int otherwise) {
    public static Count of(int number) {
        return new Count(null, number);
    }

    /**
     * The number.
     *
     * @throws InvalidSourceException when it evaluates to anything but a whole number of 0 or more
     */
    public int value(Scope scope) {
        if (written == null) {
            return otherwise;
        }
        Value value = written.value(scope);
        if (value instanceof Value.Null || value.text().isEmpty()) {
            return otherwise;
        }
        double number = value.number();
        if (!(number >= 0 && number <= Integer.MAX_VALUE && number == Math.rint(number))) {
            throw new InvalidSourceException(Diagnostic.error(
                    written.span(), "expected a whole number, but this gives '" + value.text() + "'", null));
        }
        return (int) number;
    }
}
