package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stages that a build can have as its target, in the order of the text: what {@code --call=targets} tells.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#call">docker buildx build, call</a>
 */
public record Targets(List<Target> targets) {
    public Targets {
        targets = List.copyOf(targets);
    }

    /**
     * One stage.
     *
     * @param name null if it has none
     * @param description from a comment above it that begins with its name; empty if there is none
     * @param isDefault whether it is built when nobody names a target
     * @param base what FROM names, as it is written
     * @param platform as it is written, null for the target's
     */
    public record Target(
            @Nullable String name,
            String description,
            boolean isDefault,
            String base,
            @Nullable String platform,
            Span span) {}

    public static Targets of(Dockerfile dockerfile) {
        return new Targets(dockerfile.stages().stream()
                .map(stage -> new Target(
                        stage.name(),
                        description(stage),
                        stage == dockerfile.stages().getLast(),
                        stage.from().image(),
                        stage.from().platform(),
                        stage.from().span()))
                .toList());
    }

    static String description(Dockerfile.Stage stage) {
        return stage.name() == null ? "" : description(stage.from(), stage.name());
    }

    /** What a comment above an instruction says of a name, without the name. */
    static String description(Instruction instruction, String name) {
        return instruction.written().comments().stream()
                .filter(comment -> comment.startsWith(name + " "))
                .map(comment -> comment.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }
}
