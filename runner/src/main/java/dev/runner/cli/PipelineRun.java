package dev.runner.cli;

import dev.runner.build.container.JobContainers;
import dev.runner.checkout.Checkout;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.Plan;
import dev.runner.registry.JobAccounts;
import dev.runner.report.Report;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.Result;
import dev.runner.schedule.Run;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunListener;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.Scheduler;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepResult;
import dev.runner.schedule.WorkspaceCopies;
import dev.runner.schedule.Workspaces;
import dev.runner.step.RunServices;
import dev.runner.step.SharedFolder;
import dev.runner.step.SharedSteps;
import dev.runner.step.Steps;
import dev.runner.step.Tools;
import dev.runner.step.gitlab.GitLabSteps;
import dev.runner.step.gitlab.GitLabTools;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything one run of a pipeline is made of, wired; closing it ends what the run started. */
final class PipelineRun implements AutoCloseable {
    private final ExecFlags flags;
    private final Toolbox toolbox;
    private final Inputs inputs;
    private final RunFolder folder;
    private final IndependentPipelines independent = new IndependentPipelines();
    private final List<RunListener> others = new ArrayList<>();
    private final RunServices services;
    private final ChosenEngines engines;
    private final List<Report> reports;
    private final @Nullable WorkflowSteps workflow;
    private @Nullable GitLabRun gitlab;
    private @Nullable RunMemory memory;
    private @Nullable NewerRuns newer;
    private @Nullable Path place;
    private @Nullable SharedRun shared;
    private final PrintWriter out;

    private PipelineRun(
            ExecFlags flags,
            Toolbox toolbox,
            Inputs inputs,
            RunFolder folder,
            RunServices services,
            ChosenEngines engines,
            List<Report> reports,
            @Nullable WorkflowSteps workflow,
            PrintWriter out) {
        this.flags = flags;
        this.toolbox = toolbox;
        this.inputs = inputs;
        this.folder = folder;
        this.services = services;
        this.engines = engines;
        this.reports = reports;
        this.workflow = workflow;
        this.out = out;
    }

    /** @param repository the folder that a checkout without a repository takes */
    static PipelineRun prepare(
            ExecFlags flags, RunnerCommand parent, Toolbox toolbox, Plan plan, Inputs inputs, Path repository)
            throws IOException {
        toolbox.masker().addAll(inputs.secrets());
        JobAccounts.of(parent.environment())
                .forEach(account ->
                        toolbox.masker().add(account.credentials().password().reveal()));
        List<Report> reports = new RunReports(flags, parent.environment(), toolbox.masker()).to(parent.log());
        RunFolder folder = RunFolder.open(toolbox.locations().state().resolve("runs"));
        RunServices.Options options = new RunServices.Options(
                launcher(parent.environment()),
                repository,
                flags.dirty,
                toolbox.locations().data(),
                plan.pipeline().registry(),
                toolbox.registryConfiguration(),
                environment(parent.environment(), plan.pipeline()));
        boolean complete = false;
        try {
            RunServices services = RunServices.start(options, scope(plan, inputs));
            toolbox.useCredentials(services.credentials());
            complete = true;
            WorkflowSteps workflow = plan.pipeline().dialect() == Pipeline.Dialect.GITHUB
                    ? new WorkflowSteps(flags.actions, flags.github.app(parent.environment()), toolbox)
                    : null;
            ChosenEngines engines =
                    new ChosenEngines(toolbox, parent.environment(), flags.engine, services.dockerConfig());
            return new PipelineRun(flags, toolbox, inputs, folder, services, engines, reports, workflow, parent.out());
        } finally {
            if (!complete) {
                folder.close();
                reports.forEach(Report::close);
            }
        }
    }

    /** Where a job brings an engine of its own, its {@code docker} is ours: no engine is started. */
    private static Map<String, String> environment(Map<String, String> machine, Pipeline pipeline) {
        if (pipeline.dialect() != Pipeline.Dialect.GITLAB
                || machine.containsKey("RUNNER_DOCKER")
                || pipeline.jobs().stream().noneMatch(GitLabSteps::needsEngine)) {
            return machine;
        }
        Map<String, String> all = new LinkedHashMap<>(machine);
        all.put("RUNNER_DOCKER", "runner");
        return all;
    }

    private static Scope scope(Plan plan, Inputs inputs) {
        Map<String, Value> contexts = new LinkedHashMap<>(plan.contexts());
        Map<String, String> secrets = new LinkedHashMap<>();
        inputs.secrets().all().forEach(secret -> secrets.put(secret.name(), secret.reveal()));
        contexts.put("secrets", Value.of(secrets));
        return Scope.of(contexts);
    }

    /** What scripts call as {@code runner}: the launcher that started us, or this JVM once more. */
    static List<String> launcher(Map<String, String> environment) {
        String launcher = environment.getOrDefault("RUNNER_LAUNCHER", "");
        if (!launcher.isEmpty()) {
            return List.of(launcher);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.runner.cli.Main");
    }

    /** Tells another listener of all that happens. */
    PipelineRun remembering(@Nullable RunListener listener) {
        if (listener != null) {
            others.add(listener);
        }
        return this;
    }

    /** Other machines may do some of it. */
    PipelineRun sharing(SharedRun run) {
        shared = run;
        return this;
    }

    /** Newer runs may cancel this one. */
    PipelineRun guardedBy(NewerRuns runs) {
        newer = runs;
        return remembering(runs);
    }

    /** All jobs work in that folder itself, which is there before the run and after it. */
    PipelineRun inPlace(Path directory) {
        place = directory;
        return this;
    }

    /** The run is one of a GitLab pipeline. */
    PipelineRun of(GitLabRun run, RunMemory remembered) {
        gitlab = run;
        memory = remembered;
        return this;
    }

    /** Runs the plan; an interrupt cancels it, a second one kills what still runs. */
    RunResult execute(Plan plan) {
        Tools tools = new Tools(
                toolbox.processes(),
                new Checkout(),
                new Tools.Building(
                        engines, toolbox.builder().checker(), toolbox.builder().contexts()),
                toolbox.images(),
                toolbox.registryClient(),
                new Tools.Emulation(
                        toolbox.binfmt(), install -> toolbox.emulatorFinder(install || flags.installEmulators)),
                services);
        StepExecutor steps = steps(tools, plan);
        List<RunListener> listeners = new ArrayList<>(reports);
        listeners.addAll(others);
        Workspaces workspaces = workspaces(plan.pipeline().dialect());
        StepExecutor executor = gitlab == null ? steps : gitlab(gitlab, steps, workspaces);
        CompletableFuture<Run> started = new CompletableFuture<>();
        if (gitlab != null && gitlab.reading().cancels().onFailure()) {
            listeners.add(event -> {
                if (event instanceof RunEvent.JobFinished job && job.result() == Result.FAILURE && !job.tolerated()) {
                    started.thenAccept(Run::giveUp);
                }
            });
        }
        Scheduler scheduler = new Scheduler(executor, workspaces, listeners, flags.parallel);
        Run run = scheduler.start(plan, inputs);
        started.complete(run);
        if (newer != null) {
            newer.guard(run);
        }
        RunResult result = IndependentPipelines.await(run);
        independent.finish(toolbox.masker(), out);
        return result;
    }

    private Workspaces workspaces(Pipeline.Dialect dialect) {
        if (place != null) {
            return new WorkspaceInPlace(place, folder.path());
        }
        return switch (dialect) {
            case NATIVE -> new WorkspaceCopies(Path.of(""), folder.path());
            case GITHUB -> WorkspaceCopies.ofNothing(folder.path());
            case GITLAB ->
                new Checkout().head(services.repository()) == null
                        ? new WorkspaceCopies(services.repository(), folder.path())
                        : WorkspaceCopies.ofNothing(folder.path());
        };
    }

    private StepExecutor steps(Tools tools, Plan plan) {
        if (workflow != null) {
            return workflow.steps(
                    tools,
                    inputs.environment(),
                    GithubRun.groups(toolbox.locations(), plan.contexts(), services.repository()));
        }
        if (shared == null) {
            return new Steps(tools);
        }
        Path between = shared.folder() == null ? folder.path().resolve("shared") : shared.folder();
        return new SharedSteps(tools, shared.whole(), shared.part(), SharedFolder.at(between));
    }

    private StepExecutor gitlab(GitLabRun run, StepExecutor steps, Workspaces workspaces) {
        GitLabTools.Keep keep = new GitLabTools.Keep(
                ArtifactStore.in(toolbox.locations().data().resolve("artifacts")),
                CacheStore.in(toolbox.locations().cache().resolve("caches")),
                new GitLabTools.Owner(
                        "gitlab-"
                                + (memory == null
                                        ? System.currentTimeMillis()
                                        : memory.run().id()) + "-"
                                + Integer.toHexString(
                                        services.repository().toString().hashCode()),
                        services.repository().toString(),
                        List.of(),
                        name -> run.project().reach().projects().key(name)),
                toolbox.locations().state().resolve("resources"));
        Supplier<JobContainers> containers = flags.gitlab.host ? null : toolbox::jobContainers;
        GitLabTools.Repositories repositories = run.project().reach().projects()::repository;
        GitLabTools childless = new GitLabTools(
                toolbox.processes(),
                steps,
                services::environment,
                keep,
                (_, _, _, _) -> StepResult.success(),
                repositories,
                containers);
        GitLabChildren.Around around = new GitLabChildren.Around(
                childless,
                inputs,
                workspaces,
                folder.path(),
                flags.parallel,
                independent,
                memory == null ? GitLabChildren.Memory.none() : memory,
                flags.gitlab.manual);
        return new GitLabSteps(new GitLabTools(
                toolbox.processes(),
                steps,
                services::environment,
                keep,
                new GitLabChildren(around, run.event(), run.project()),
                repositories,
                containers));
    }

    /** How a run's end is told to a shell: bad input and a lacking machine only when nothing else went wrong. */
    static int exitCode(RunResult result) {
        if (result.result() == Result.SUCCESS) {
            return ExitCode.PASSED;
        }
        if (result.result() == Result.CANCELLED) {
            return ExitCode.CANCELLED;
        }
        if (result.failures().equals(Set.of(StepFailure.Kind.BAD_INPUT))) {
            return ExitCode.BAD_INPUT;
        }
        return result.failures().equals(Set.of(StepFailure.Kind.MACHINE_LACKS))
                ? ExitCode.MACHINE_LACKS
                : ExitCode.FAILED;
    }

    @Override
    public void close() throws IOException {
        reports.forEach(Report::close);
        try (folder;
                services) {
            engines.close();
        }
        if (workflow != null) {
            workflow.close(out);
        }
    }
}
