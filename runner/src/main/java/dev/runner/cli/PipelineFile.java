package dev.runner.cli;

import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pipeline file, whose dialect is told by its place and, where that says nothing, by its content. */
record PipelineFile(Path path, Source source, Pipeline.Dialect dialect) {
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
