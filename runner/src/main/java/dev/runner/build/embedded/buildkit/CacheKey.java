package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What BuildKit finds a result by: the digest of an operation and, for each of its inputs, the keys that may stand there.
 *
 * <p>The digest alone says what is done, not to what: only the way down to the sources makes a key mean one result. Its
 * identity is the object.
 */
public final class CacheKey {
    private final Digest id;
    private final List<List<Input>> inputs;

    private CacheKey(Digest id, List<List<Input>> inputs) {
        this.id = id;
        this.inputs = inputs.stream().map(List::copyOf).toList();
    }

    /**
     * A key below another.
     *
     * @param selector what of the input is read; null for the definition of all of it, and for a key made from content
     */
    public record Input(CacheKey key, @Nullable Digest selector) {}

    /** As a record has it. */
    static CacheKey recorded(Digest id, List<List<Input>> inputs) {
        return new CacheKey(id, inputs);
    }

    private static Digest id(Digest operation, int output) {
        return Digest.of((operation + "@" + output).getBytes(StandardCharsets.US_ASCII));
    }

    /** An operation that has no input. */
    public static CacheKey source(Digest operation) {
        return of(operation, List.of());
    }

    /** An operation over inputs, each with the keys that are one as good as the other. */
    public static CacheKey of(Digest operation, List<List<Input>> inputs) {
        return new CacheKey(id(operation, 0), inputs);
    }

    /** Stands for an input by what is read of it, wherever it came from. */
    public static CacheKey content(Digest content) {
        return new CacheKey(id(content, -1), List.of());
    }

    /** The digest as records have it: of the operation and the number of its output. */
    Digest id() {
        return id;
    }

    List<List<Input>> inputs() {
        return inputs;
    }
}
