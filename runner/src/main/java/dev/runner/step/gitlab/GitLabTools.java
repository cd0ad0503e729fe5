package dev.runner.step.gitlab;

import dev.runner.build.container.JobContainers;
import dev.runner.host.process.ProcessRunner;
import dev.runner.pipeline.Step;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepResult;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What GitLab's jobs of one run work with.
 *
 * @param others executes all steps that are no scripts of GitLab's
 * @param environment adds to the environment of a process on this machine what leads to the run's registry and logins
 * @param children runs child pipelines
 * @param repositories where functions come from
 * @param containers for jobs with an image; null when their scripts run on this machine whatever the image is
 */
public record GitLabTools(
        ProcessRunner processes,
        StepExecutor others,
        UnaryOperator<Map<String, String>> environment,
        Keep keep,
        Children children,
        Repositories repositories,
        @Nullable Supplier<JobContainers> containers) {
    /** Finds git repositories. */
    @FunctionalInterface
    public interface Repositories {
        /**
         * A folder with a repository's files; not to be changed.
         *
         * @param url such as {@code gitlab.com/group/project}, with or without a scheme
         * @param revision branch, tag or commit; null for the usual branch
         */
        Path find(String url, @Nullable String revision) throws IOException;
    }

    /** Runs the pipelines that jobs trigger. */
    @FunctionalInterface
    public interface Children {
        /**
         * Runs one to its end; its lines go to the job's log.
         *
         * @param text its configuration; empty for the project's own
         */
        StepResult run(Step.Downstream step, String text, Map<String, String> variables, StepContext context)
                throws InterruptedException;
    }

    /**
     * Where files outlive a job.
     *
     * @param of whose they are
     * @param locks where files say which job has a resource
     */
    public record Keep(ArtifactStore artifacts, CacheStore caches, Owner of, Path locks) {}

    /** How projects are called in the store. */
    @FunctionalInterface
    public interface ProjectNames {
        /** Of the project at a path; null when it is not known here. */
        @Nullable
        String of(String path);
    }

    /**
     * A pipeline among all whose files are kept.
     *
     * @param run the run's id in the store
     * @param project whose caches and artifacts they are
     * @param ancestors ids of the runs that have begun this one, the nearest first
     * @param others how other projects are called in the store, by their paths
     */
    public record Owner(String run, String project, List<String> ancestors, ProjectNames others) {
        public Owner {
            ancestors = List.copyOf(ancestors);
        }
    }
}
