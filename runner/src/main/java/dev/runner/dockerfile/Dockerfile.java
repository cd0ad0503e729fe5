package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A parsed Dockerfile.
 *
 * @param metaArguments every ARG before the first FROM, in their order
 * @param stages in their order; never empty in a file without errors
 * @param emptyContinuations instructions that have an empty line among their continuations, for a check
 */
public record Dockerfile(
        Source source,
        Directives directives,
        List<Instruction.Arg> metaArguments,
        List<Stage> stages,
        List<Span> emptyContinuations) {
    public Dockerfile {
        Objects.requireNonNull(source);
        Objects.requireNonNull(directives);
        metaArguments = List.copyOf(metaArguments);
        stages = List.copyOf(stages);
        emptyContinuations = List.copyOf(emptyContinuations);
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
        return new DockerfileReader(source, diagnostics).read();
    }

    /** Whether {@code # syntax} or {@code BUILDKIT_SYNTAX} names the language that is read here, of whatever version. */
    public static boolean knowsFrontend(String syntax) {
        String image = syntax.strip().split("[ @]", 2)[0];
        int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
        String name = colon < 0 ? image : image.substring(0, colon);
        return List.of("docker/dockerfile", "docker/dockerfile-upstream").stream()
                .anyMatch(known -> name.equals(known) || name.endsWith("/" + known));
    }

    /**
     * Reads one instruction of an image's {@code OnBuild} list.
     *
     * @return null if it cannot be read; the reason is in {@code diagnostics}
     */
    public static @Nullable Instruction parseTrigger(Source trigger, Diagnostics diagnostics) {
        List<Node> nodes = new Parser(trigger, diagnostics).parse();
        if (nodes.size() != 1) {
            diagnostics.error(trigger.all(), "onbuild trigger should be a single expression", null);
            return null;
        }
        Instruction instruction = new InstructionReader(diagnostics).read(nodes.getFirst());
        if (instruction instanceof Instruction.From || instruction instanceof Instruction.Maintainer) {
            diagnostics.error(trigger.all(), instruction.name() + " isn't allowed as an ONBUILD trigger", null);
            return null;
        }
        if (instruction instanceof Instruction.Onbuild) {
            diagnostics.error(trigger.all(), "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", null);
            return null;
        }
        return instruction;
    }

    /**
     * The stage that a FROM names: the last one of this name, case aside, before the stage of this index. A number is an
     * image's name there, not a stage's.
     *
     * @return null if it names an image
     */
    public @Nullable Stage baseStage(String name, int index) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Stage stage : stages.subList(0, index).reversed()) {
            if (lower.equals(stage.name())) {
                return stage;
            }
        }
        return null;
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
