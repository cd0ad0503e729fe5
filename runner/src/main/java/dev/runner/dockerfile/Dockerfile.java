package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A parsed Dockerfile.
 *
 * @param metaArguments every ARG before the first FROM, in their order
 * @param stages in their order; never empty in a file without errors
 */
public record Dockerfile(
        Source source, Directives directives, List<Instruction.Arg> metaArguments, List<Stage> stages) {
    public Dockerfile {
        Objects.requireNonNull(source);
        Objects.requireNonNull(directives);
        metaArguments = List.copyOf(metaArguments);
        stages = List.copyOf(stages);
    }

    /**
     * The comments at the head of the file that steer its reading.
     *
     * @param syntax the front-end's image, null if not given
     * @param escape the escape character, a backslash or a backtick
     * @param check the options of {@code # check=}, null if not given
     */
    public record Directives(
            @Nullable String syntax, char escape, @Nullable String check) {}

    /**
     * A FROM and what follows it.
     *
     * @param index counted from 0
     * @param name in lower case, null if it has none
     */
    public record Stage(int index, @Nullable String name, Instruction.From from, List<Instruction> instructions) {
        public Stage {
            Objects.requireNonNull(from);
            instructions = List.copyOf(instructions);
        }
    }

    /**
     * Reads a Dockerfile. Every fault goes to {@code diagnostics}; what could be read is returned all the same, so ask
     * {@link Diagnostics#throwIfErrors} before building it.
     */
    public static Dockerfile parse(Source source, Diagnostics diagnostics) {
        throw new UnsupportedOperationException("comes with the next commit");
    }

    /**
     * Reads one instruction of an image's {@code OnBuild} list.
     *
     * @return null if it cannot be read; the reason is in {@code diagnostics}
     */
    public static @Nullable Instruction parseTrigger(Source trigger, Diagnostics diagnostics) {
        throw new UnsupportedOperationException("comes with the next commit");
    }

    /** The stage of this name, case aside (the last one if several have it) or number; null if there is none. */
    public @Nullable Stage stage(String nameOrIndex) {
        String name = nameOrIndex.toLowerCase(Locale.ROOT);
        for (Stage stage : stages.reversed()) {
            if (name.equals(stage.name())) {
                return stage;
            }
        }
        if (name.isEmpty() || name.length() > 6 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int index = Integer.parseInt(name);
        return index < stages.size() ? stages.get(index) : null;
    }
}
