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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs the pipelines that a GitLab pipeline triggers, in this process, with their lines in the job's log. */
final class GitLabChildren implements GitLabTools.Children {
    /** How deep children may have children, as on GitLab. */
    private static final int DEEPEST = 2;

    private final Around around;
    private final GitLabEvent event;
    private final GitLabFolder project;
    private final List<String> path;
    private final int depth;

    /**
     * What children share with the run.
     *
     * @param tools with the children of the outermost pipeline
     * @param folder where workspaces are made
     * @param independent those that no job waits for
     * @param starts manual jobs that a person starts, as {@code TRIGGER/JOB}
     */
    record Around(
            GitLabTools tools,
            Inputs inputs,
            Workspaces workspaces,
            Path folder,
            int parallel,
            IndependentPipelines independent,
            Memory memory,
            List<String> starts) {}

    /** What is remembered of the jobs of children, by the names of the jobs that have triggered them. */
    interface Memory {
        /** Outputs of jobs that need not be run again. */
        Map<String, Map<String, String>> kept(List<String> path);

        /** Remembers what happens. */
        RunListener listener(List<String> path);

        /** Of nothing. */
        static Memory none() {
            return new Memory() {
                @Override
                public Map<String, Map<String, String>> kept(List<String> path) {
                    return Map.of();
                }

                @Override
                public RunListener listener(List<String> path) {
                    return _ -> {};
                }
            };
        }
    }

    /** The children of a run's outermost pipeline. */
    GitLabChildren(Around around, GitLabEvent event, GitLabFolder project) {
        this(around, event, project, List.of(), 0);
    }

    private GitLabChildren(Around around, GitLabEvent event, GitLabFolder project, List<String> path, int depth) {
        this.around = around;
        this.event = event;
        this.project = project;
        this.path = List.copyOf(path);
        this.depth = depth;
    }

    /**
     * A pipeline that is about to run.
     *
     * @param path the names of the jobs that have triggered it, the outermost first
     * @param own whether it is of the same project
     */
    private record Begun(
            GitLabPipelines.Reading reading,
            GitLabEvent event,
            GitLabFolder folder,
            List<String> path,
            boolean own,
            Set<String> started) {
        String summary(RunResult result) {
            return new ManualJobs(reading.pipeline().jobs()).summary(result, started, String.join("/", path) + "/");
        }
    }

    @Override
    public StepResult run(Step.Downstream step, String text, Map<String, String> variables, StepContext context)
            throws InterruptedException {
        Step.Downstream.Target target = step.target();
        if (depth >= DEEPEST && target == null) {
            return bad("children may have children, but these none", "flatten the pipelines");
        }
        try {
            GitLabFolder folder = target == null ? project : other(target);
            if (folder == null) {
                String name = target == null ? "" : target.project();
                return bad(
                        "the project " + name + " is not known here",
                        "give a folder for it with --project " + name + "=FOLDER");
            }
            String configuration =
                    text.isEmpty() ? Files.readString(folder.root().resolve(".gitlab-ci.yml")) : text;
            String name = (target == null ? context.job().name() : target.project() + ":") + ".gitlab-ci.yml";
            GitLabEvent child = child(step, target, folder, variables);
            GitLabPipelines.Reading reading = GitLabPipelines.read(Source.of(name, configuration), folder, child);
            if (reading.refusal() != null) {
                return bad("downstream pipeline can not be created: " + reading.refusal(), null);
            }
            List<String> below = new ArrayList<>(path);
            below.add(context.job().name());
            Set<String> started = started(reading, String.join("/", below) + "/");
            Begun begun = new Begun(reading, child, folder, below, target == null, started);
            return step.waits() ? execute(begun, context) : begin(begun, context);
        } catch (InvalidSourceException e) {
            e.diagnostics().stream()
                    .map(Diagnostic::render)
                    .forEach(fault -> context.output().line(Stream.STDERR, fault));
            return bad("downstream pipeline can not be created", "mend its configuration");
        } catch (UsageException e) {
            return bad(String.valueOf(e.getMessage()), null);
        } catch (IOException e) {
            return bad("downstream pipeline can not be created: " + e.getMessage(), null);
        }
    }

    /** The ids of the pipeline's manual jobs that a person starts. */
    private Set<String> started(GitLabPipelines.Reading reading, String prefix) {
        List<String> names = around.starts().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
        return ManualJobs.started(names, reading.pipeline().jobs(), prefix);
    }

    /** A project's files as they are on the branch; its own changes do not matter to a pipeline that another one begins. */
    private @Nullable GitLabFolder other(Step.Downstream.Target target) throws IOException {
        GitLabFolder.Reach reach = project.reach();
        Path root = reach.projects().find(target.project(), target.branch());
        return root == null
                ? null
                : new GitLabFolder(
                        "",
                        root,
                        new GitLabFolder.Reach(reach.projects(), reach.remote(), reach.templates(), _ -> null));
    }

    private static StepResult bad(String message, @Nullable String remedy) {
        return StepResult.failed(StepFailure.of(StepFailure.Kind.BAD_INPUT, message, remedy));
    }

    private GitLabEvent child(
            Step.Downstream step,
            Step.Downstream.@Nullable Target target,
            GitLabFolder folder,
            Map<String, String> variables) {
        GitLabEvent.Given given = event.given();
        GitLabEvent.Given handed = new GitLabEvent.Given(
                variables, target == null ? given.project() : Map.of(), given.masked(), given.files(), step.inputs());
        if (target == null) {
            return new GitLabEvent("parent_pipeline", event.ref(), event.commit(), event.project(), handed);
        }
        Path home = Path.of(around.inputs().environment().getOrDefault("HOME", "/"));
        try (GitRepository repository = GitRepository.open(folder.root(), home)) {
            Path top = repository.top();
            boolean has = top != null && top.toAbsolutePath().normalize().equals(folder.root());
            GitLabEvent.Project about = event.project();
            String usual = has ? repository.defaultBranch() : about.defaultBranch();
            String current = has ? repository.branch() : null;
            String branch = target.branch() != null ? target.branch() : current == null ? usual : current;
            return new GitLabEvent(
                    "pipeline",
                    new GitLabEvent.Ref(
                            branch, null, null, null, has ? folder.root().toString() : null),
                    GitLabRun.commit(has ? repository : null, branch, null),
                    new GitLabEvent.Project(target.project(), usual, about.server(), about.registry(), about.images()),
                    handed);
        }
    }

    private StepResult execute(Begun begun, StepContext context) throws InterruptedException {
        Run run = start(begun, event -> show(event, context));
        try (var _ = context.cancellation().onKill(run::cancel)) {
            RunResult result = run.await();
            begun.summary(result).lines().forEach(line -> context.output().line(Stream.INFO, line));
            return result(result);
        } catch (InterruptedException e) {
            run.cancel();
            run.await();
            throw e;
        }
    }

    /** Begins a pipeline that nobody waits for before the end of the whole run. */
    private StepResult begin(Begun begun, StepContext context) {
        String name = context.job().name();
        Run run = start(begun, event -> around.independent().hear(name, event));
        around.independent().add(name, run, begun::summary);
        context.output().line(Stream.INFO, "The downstream pipeline has begun; its lines come at the end of the run");
        return StepResult.success();
    }

    private Run start(Begun begun, RunListener listener) {
        GitLabTools tools = around.tools();
        GitLabTools below = new GitLabTools(
                tools.processes(),
                tools.others(),
                tools.environment(),
                new GitLabTools.Keep(
                        tools.keep().artifacts(),
                        tools.keep().caches(),
                        owner(tools.keep().of(), begun),
                        tools.keep().locks()),
                new GitLabChildren(around, begun.event(), begun.folder(), begun.path(), depth + 1),
                tools.repositories(),
                tools.containers());
        boolean checked = begun.event().ref().repository() != null;
        Workspaces workspaces = begun.own()
                ? around.workspaces()
                : checked
                        ? WorkspaceCopies.ofNothing(around.folder())
                        : new WorkspaceCopies(begun.folder().root(), around.folder());
        RunListener memory = around.memory().listener(begun.path());
        Scheduler scheduler =
                new Scheduler(new GitLabSteps(below), workspaces, List.of(listener, memory), around.parallel());
        PlanInputs plan = PlanInputs.none().withStarted(begun.started());
        return scheduler.start(
                Planner.plan(begun.reading().pipeline(), plan),
                new Inputs(plan, around.inputs().secrets(), around.inputs().environment())
                        .withKept(around.memory().kept(begun.path())));
    }

    /** Named by the jobs that have triggered it, so that another attempt finds what the last one has kept. */
    private GitLabTools.Owner owner(GitLabTools.Owner outermost, Begun begun) {
        List<String> ancestors = new ArrayList<>();
        for (int length = path.size(); length > 0; length--) {
            ancestors.add(named(outermost, path.subList(0, length)));
        }
        ancestors.add(outermost.run());
        String other = begun.own()
                ? null
                : outermost.others().of(begun.event().project().path());
        return new GitLabTools.Owner(
                named(outermost, begun.path()),
                other == null ? outermost.project() : other,
                ancestors,
                outermost.others());
    }

    private static String named(GitLabTools.Owner outermost, List<String> path) {
        UUID digest = UUID.nameUUIDFromBytes(String.join("\n", path).getBytes(StandardCharsets.UTF_8));
        return outermost.run() + "-child-" + digest;
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
