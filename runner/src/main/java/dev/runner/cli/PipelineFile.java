package dev.runner.cli;

import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pipeline file of whichever dialect, told by its place. */
final class PipelineFile {
    private PipelineFile() {}

    /**
     * Reads it.
     *
     * @throws dev.runner.source.InvalidSourceException with every fault in it
     * @throws UsageException when there is no such file, or it is of a dialect that is not read
     */
    static Pipeline read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no pipeline at " + file);
        }
        String name = file.toString();
        if (name.endsWith(".gitlab-ci.yml")) {
            throw new UsageException(name + " is a GitLab pipeline, which this version does not run; write a pipeline"
                    + " (pipelines/README.md) and call `runner exec` from the job's script");
        }
        Source source = Source.read(file);
        return name.contains(".github/workflows/") || GithubWorkflows.looksLikeOne(source)
                ? GithubWorkflows.read(source)
                : NativePipelines.read(source);
    }
}
