package dev.runner.cli;

import dev.runner.frontend.gitlab.GitLabEvent;
import dev.runner.frontend.gitlab.GitLabPipelines;
import dev.runner.pipeline.Step;
import dev.runner.plan.PlanInputs;
import dev.runner.plan.Planner;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.Result;
import dev.runner.schedule.Run;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.Scheduler;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import dev.runner.schedule.WorkspaceCopies;
import dev.runner.schedule.Workspaces;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.step.gitlab.GitLabSteps;
import dev.runner.step.gitlab.GitLabTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs the pipelines that a GitLab pipeline triggers, in this process, with their lines in the job's log. */
final class GitLabChildren implements GitLabTools.Children {
    /** How deep children may have children, as on GitLab. */
    private static final int DEEPEST = 2;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Around around;
    private final GitLabEvent event;
    private final GitLabFolder project;
    private final int depth;

    /**
     * What children share with the run.
     *
     * @param tools with the children of the outermost pipeline
     * @param folder where workspaces are made
     * @param independent those that no job waits for
     */
    record Around(
            GitLabTools tools,
            Inputs inputs,
            Workspaces workspaces,
            Path folder,
            int parallel,
            IndependentPipelines independent) {}

    GitLabChildren(Around around, GitLabEvent event, GitLabFolder project, int depth) {
        this.around = around;
        this.event = event;
        this.project = project;
        this.depth = depth;
    }

    @Override
    public StepResult run(Step.Downstream step, String text, Map<String, String> variables, StepContext context)
            throws InterruptedException {
        if (depth >= DEEPEST && step.project() == null) {
            return bad("children may have children, but these none", "flatten the pipelines");
        }
        try {
            boolean own = step.project() == null;
            GitLabFolder folder = own ? project : other(step.project());
            if (folder == null) {
                return bad(
                        "the project " + step.project() + " is not known here",
                        "give a folder for it with --project " + step.project() + "=FOLDER");
            }
            String configuration =
                    text.isEmpty() ? Files.readString(folder.root().resolve(".gitlab-ci.yml")) : text;
            String name = own ? context.job().name() + ".gitlab-ci.yml" : step.project() + ":.gitlab-ci.yml";
            GitLabEvent child = child(step, variables, own);
            GitLabPipelines.Reading reading = GitLabPipelines.read(Source.of(name, configuration), folder, child);
            return step.waits() ? execute(reading, child, folder, context) : begin(reading, child, folder, context);
        } catch (InvalidSourceException e) {
            e.diagnostics().stream()
                    .map(Diagnostic::render)
                    .forEach(fault -> context.output().line(Stream.STDERR, fault));
            return bad("downstream pipeline can not be created", "mend its configuration");
        } catch (IOException e) {
            return bad("downstream pipeline can not be created: " + e.getMessage(), null);
        }
    }

    private @org.jspecify.annotations.Nullable GitLabFolder other(@org.jspecify.annotations.Nullable String path)
            throws IOException {
        Path root = path == null ? null : project.reach().projects().find(path, null);
        return root == null ? null : new GitLabFolder("", root, project.reach());
    }

    private static StepResult bad(String message, @org.jspecify.annotations.Nullable String remedy) {
        return StepResult.failed(StepFailure.of(StepFailure.Kind.BAD_INPUT, message, remedy));
    }

    private GitLabEvent child(Step.Downstream step, Map<String, String> variables, boolean own) {
        GitLabEvent.Given given = event.given();
        GitLabEvent.Given handed = new GitLabEvent.Given(
                variables, own ? given.project() : Map.of(), given.masked(), given.files(), step.inputs());
        if (own) {
            return new GitLabEvent("parent_pipeline", event.ref(), event.commit(), event.project(), handed);
        }
        String none = GitLabEvent.Commit.NONE;
        GitLabEvent.Project about = event.project();
        return new GitLabEvent(
                "pipeline",
                new GitLabEvent.Ref(about.defaultBranch(), null, null, null),
                new GitLabEvent.Commit(
                        none, none, "", event.commit().author(), event.commit().timestamp()),
                new GitLabEvent.Project(
                        String.valueOf(step.project()),
                        about.defaultBranch(),
                        about.server(),
                        about.registry(),
                        about.images()),
                handed);
    }

    private StepResult execute(
            GitLabPipelines.Reading reading, GitLabEvent child, GitLabFolder folder, StepContext context)
            throws InterruptedException {
        if (reading.refusal() != null) {
            return bad("downstream pipeline can not be created: " + reading.refusal(), null);
        }
        Run run = start(reading, child, folder, event -> show(event, context));
        try (var _ = context.cancellation().onKill(run::cancel)) {
            return result(run.await());
        } catch (InterruptedException e) {
            run.cancel();
            run.await();
            throw e;
        }
    }

    /** Begins a pipeline that nobody waits for before the end of the whole run. */
    private StepResult begin(
            GitLabPipelines.Reading reading, GitLabEvent child, GitLabFolder folder, StepContext context) {
        if (reading.refusal() != null) {
            return bad("downstream pipeline can not be created: " + reading.refusal(), null);
        }
        String name = context.job().name();
        Run run = start(reading, child, folder, event -> around.independent().hear(name, event));
        around.independent().add(name, run);
        context.output().line(Stream.INFO, "The downstream pipeline has begun; its lines come at the end of the run");
        return StepResult.success();
    }

    private Run start(GitLabPipelines.Reading reading, GitLabEvent child, GitLabFolder folder, RunListener listener) {
        GitLabTools tools = around.tools();
        GitLabTools.Keep keep = tools.keep();
        var kept = new GitLabTools.Keep(
                keep.artifacts(),
                keep.caches(),
                keep.run() + "-child-" + COUNT.incrementAndGet(),
                keep.project(),
                keep.locks());
        GitLabTools below = new GitLabTools(
                tools.processes(),
                tools.others(),
                tools.environment(),
                kept,
                new GitLabChildren(around, child, folder, depth + 1),
                tools.containers());
        boolean own = folder == project;
        Workspaces workspaces = own ? around.workspaces() : new WorkspaceCopies(folder.root(), around.folder());
        Scheduler scheduler = new Scheduler(new GitLabSteps(below), workspaces, List.of(listener), around.parallel());
        PlanInputs plan = PlanInputs.none().withStarted(Set.of());
        return scheduler.start(
                Planner.plan(reading.pipeline(), plan),
                new Inputs(plan, around.inputs().secrets(), around.inputs().environment()));
    }

    private static StepResult result(RunResult result) {
        return result.result() == Result.SUCCESS
                ? StepResult.success()
                : StepResult.failed(
                        StepFailure.of(StepFailure.Kind.FAILED, "the downstream pipeline has failed", null));
    }

    private static void show(RunEvent event, StepContext context) {
        switch (event) {
            case RunEvent.OutputLine line ->
                context.output().line(line.stream(), line.step().job().name() + " | " + line.text());
            case RunEvent.JobFinished job ->
                context.output()
                        .line(
                                Stream.INFO,
                                job.job().name() + ": " + job.result().word());
            default -> {}
        }
    }
}
