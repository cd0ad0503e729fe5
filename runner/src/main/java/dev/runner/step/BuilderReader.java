package dev.runner.step;

import dev.runner.build.BuilderSpec;
import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.pipeline.BuildEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a step says of its builder, its expressions evaluated. Relative paths are the workspace's. */
final class BuilderReader {
    private final Scope scope;
    private final Path workspace;

    BuilderReader(Scope scope, Path workspace) {
        this.scope = scope;
        this.workspace = workspace;
    }

    @Nullable
    BuilderSpec read(BuildEngine.@Nullable Builder builder) {
        if (builder == null) {
            return null;
        }
        String name = builder.name(scope);
        if (name == null && builder.driver() == null) {
            return null;
        }
        try {
            List<BuilderSpec.Node> nodes =
                    builder.nodes().stream().map(this::node).toList();
            return new BuilderSpec(name, builder.driver(), nodes, builder.keep().isTrue(scope));
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    private BuilderSpec.Node node(BuildEngine.Node node) {
        return new BuilderSpec.Node(
                        text(node.name()),
                        text(node.endpoint()),
                        node.platforms().words(scope),
                        node.options().texts(scope),
                        text(node.flags()),
                        config(text(node.config())))
                .within(workspace);
    }

    private @Nullable String text(@Nullable Template template) {
        String text = template == null ? "" : template.text(scope).strip();
        return text.isEmpty() ? null : text;
    }

    /** One line names a file. */
    private @Nullable String config(@Nullable String text) {
        if (text == null || text.contains("\n")) {
            return text;
        }
        try {
            return Files.readString(workspace.resolve(text));
        } catch (IOException e) {
            throw new BadStepException(
                    "cannot read the builder's config " + text + ": "
                            + e.getClass().getSimpleName(),
                    "name a buildkitd.toml of the workspace, or write its text after 'config: |'");
        }
    }
}
