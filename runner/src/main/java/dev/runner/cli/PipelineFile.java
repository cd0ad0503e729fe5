package dev.runner.cli;

import dev.runner.frontend.github.GithubWorkflows;
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
        if (name.endsWith(".gitlab-ci.yml")) {
            throw new UsageException(name + " is a GitLab pipeline, which this version does not run; write a pipeline"
                    + " (pipelines/README.md) and call `runner exec` from the job's script");
        }
        Source source = Source.read(file);
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
                ? GithubWorkflows.read(source).pipeline()
                : NativePipelines.read(source);
    }
}
