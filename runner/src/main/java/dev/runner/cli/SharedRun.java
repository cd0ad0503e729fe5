package dev.runner.cli;

import dev.runner.pipeline.Job;
import dev.runner.pipeline.NameUse;
import dev.runner.pipeline.Pipeline;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.JobRef;
import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import dev.runner.schedule.RunResult;
import dev.runner.step.JobPart;
import dev.runner.step.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A native pipeline of which this run does all, or some jobs, or a part of a job, with a folder through which it and other
 * machines hand things to each other.
 *
 * @param whole as it is written
 * @param folder null for one that ends with the run
 * @param jobs the ones that run here; empty for all
 */
record SharedRun(Pipeline whole, JobPart part, @Nullable Path folder, List<String> jobs) {
    SharedRun {
        jobs = List.copyOf(jobs);
    }

    /** @throws UsageException when flags do not go together */
    static SharedRun of(ExecFlags flags, Pipeline pipeline) {
        if (flags.part == null) {
            return new SharedRun(pipeline, new JobPart.Whole(), flags.results, flags.jobs);
        }
        if (flags.results == null || flags.jobs.isEmpty()) {
            throw new UsageException("--part goes with --job NAME and --results FOLDER");
        }
        JobPart part;
        try {
            part = JobPart.parse(flags.part);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--part is 'join', or platforms with commas between them: " + e.getMessage());
        }
        SharedRun run = new SharedRun(pipeline, part, flags.results, flags.jobs);
        for (Job job : pipeline.jobs()) {
            if (run.names(job) && job.steps().stream().noneMatch(JobPart::isShared)) {
                throw new UsageException("the job '" + job.id() + "' builds nothing that machines could share");
            }
        }
        return run;
    }

    /** Whether only some jobs run here, and others elsewhere. */
    boolean isPart() {
        return folder != null && !jobs.isEmpty();
    }

    private boolean names(Job job) {
        return jobs.stream().anyMatch(name -> name.equals(job.id()) || name.startsWith(job.id() + " ("));
    }

    /**
     * What is run here.
     *
     * @param uses every name that the pipeline reads; secrets that only other jobs read may be missing
     */
    Pipeline pipeline(List<NameUse> uses) {
        if (!isPart()) {
            return whole;
        }
        List<NameUse> here = uses.stream()
                .filter(use -> use.reference().root().equals("secrets"))
                .filter(use -> use.job() == null || whole.find(use.job()) instanceof Job job && names(job))
                .toList();
        List<Pipeline.SecretName> kept = whole.secrets().stream()
                .map(secret -> here.stream().anyMatch(use -> use.names(secret.name()))
                        ? secret
                        : new Pipeline.SecretName(secret.name(), Pipeline.SecretName.Absence.EMPTY, secret.span()))
                .toList();
        return part.of(whole.withSecrets(kept), this::names);
    }

    /** With what other machines have done. */
    Inputs inputs(Inputs inputs) throws IOException {
        return folder == null || !isPart()
                ? inputs
                : inputs.withElsewhere(new Inputs.Elsewhere(
                        Set.copyOf(jobs), SharedFolder.at(folder).ended()));
    }

    private boolean isHere(JobRef job) {
        return !isPart() || !new Inputs.Elsewhere(Set.copyOf(jobs), Map.of()).has(job);
    }

    /** Keeps how the jobs end that are done here, with what is shown of their outputs. */
    @Nullable
    RunListener results() {
        if (folder == null || part instanceof JobPart.Builds) {
            return null;
        }
        SharedFolder into = SharedFolder.at(folder);
        return event -> {
            if (event instanceof RunEvent.JobFinished job && isHere(job.job())) {
                try {
                    Result result = job.tolerated() ? Result.SUCCESS : job.result();
                    into.write(job.job().key(), job.job().id(), result, job.outputs());
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot write to " + folder, e);
                }
            }
        };
    }

    /** How the end of what ran here is told: what has failed elsewhere is told there. */
    int exitCode(RunResult result) {
        boolean well = isPart()
                && result.result() == Result.FAILURE
                && result.jobs().stream()
                        .filter(job -> isHere(job.job()))
                        .allMatch(job ->
                                job.tolerated() || job.result() == Result.SUCCESS || job.result() == Result.SKIPPED);
        return well ? ExitCode.PASSED : PipelineRun.exitCode(result);
    }
}
