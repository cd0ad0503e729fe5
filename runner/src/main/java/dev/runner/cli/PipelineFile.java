package dev.runner.cli;

import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pipeline file, whose dialect is told by its place and, where that says nothing, by its content. */
record PipelineFile(Path path, Source source, Pipeline.Dialect dialect) {
    /** The pipelines of the folder where we are: {@code pipeline.yml}, GitHub's workflows, {@code .gitlab-ci.yml}. */
    static List<Path> usual() throws IOException {
        List<Path> files = new ArrayList<>();
        Stream.of("pipeline.yml", ".gitlab-ci.yml")
                .map(Path::of)
                .filter(Files::exists)
                .forEach(files::add);
        Path workflows = Path.of(".github/workflows");
        if (Files.isDirectory(workflows)) {
            try (Stream<Path> entries = Files.list(workflows)) {
                entries.filter(file -> file.toString().matches(".*\\.ya?ml"))
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    /**
     * Opens it, or the one that is here when none is named: {@code pipeline.yml} before others.
     *
     * @throws UsageException when there is no such file, or several could be meant
     */
    static PipelineFile openOrFind(@Nullable Path named) throws IOException {
        if (named != null) {
            return open(named);
        }
        List<Path> here = usual();
        if (here.isEmpty()) {
            throw new UsageException("there is no pipeline.yml, .gitlab-ci.yml or .github/workflows here; name a file");
        }
        boolean clear = here.size() == 1 || here.getFirst().endsWith("pipeline.yml");
        if (!clear) {
            throw new UsageException("several pipelines are here, name one: "
                    + String.join(", ", here.stream().map(Path::toString).toList()));
        }
        return open(here.getFirst());
    }

    /**
     * Opens it.
     *
     * @throws UsageException when there is no such file, or it is of a dialect that is not read
     */
    static PipelineFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no pipeline at " + file);
        }
        String name = file.toString();
        Source source = Source.read(file);
        if (name.endsWith(".gitlab-ci.yml") || name.endsWith(".gitlab-ci.yaml")) {
            return new PipelineFile(file, source, Pipeline.Dialect.GITLAB);
        }
        boolean workflow = name.contains(".github/workflows/") || GithubWorkflows.looksLikeOne(source);
        return new PipelineFile(file, source, workflow ? Pipeline.Dialect.GITHUB : Pipeline.Dialect.NATIVE);
    }

    /**
     * Reads it as a pipeline that needs nothing but its text.
     *
     * @throws dev.runner.source.InvalidSourceException with every fault in it
     */
    Pipeline read() {
        return dialect == Pipeline.Dialect.GITHUB
                ? GithubWorkflows.read(source, path.toString(), WorkflowFetcher.none())
                        .pipeline()
                : NativePipelines.read(source);
    }
}
