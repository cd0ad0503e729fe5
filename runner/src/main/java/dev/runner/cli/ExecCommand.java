package dev.runner.cli;

import dev.runner.checkout.Checkout;
import dev.runner.checkout.TreeWatch;
import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.Plan;
import dev.runner.plan.Planner;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.RunResult;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code runner exec}: runs a pipeline, or shows what it would run. */
final class ExecCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    ExecFlags flags = new ExecFlags();
    RegistryOptions registry = new RegistryOptions();

    @Override
    public void declare(Flags all) {
        all.command("exec", "Run a pipeline: jobs in the order of their needs, each in a workspace of its own.");
        flags.declare(all);
        registry.declare(all);
    }

    ExecCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!flags.watch) {
            return once();
        }
        try (TreeWatch watch = new Checkout().watch(Path.of(""))) {
            int code = again();
            while (code != ExitCode.CANCELLED) {
                parent.err().println("watching for changes; Ctrl-C ends it");
                parent.err().flush();
                watch.awaitChange();
                code = again();
            }
            return code;
        }
    }

    /** A run that cannot even begin is told, and the next change may mend it. */
    private int again() throws InterruptedException {
        try {
            return once();
        } catch (InterruptedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return Faults.explain(e, parent.err());
        }
    }

    private int once() throws IOException, InterruptedException {
        PipelineFile file = PipelineFile.openOrFind(flags.file);
        if (file.dialect() != Pipeline.Dialect.NATIVE && (flags.results != null || flags.part != null)) {
            throw new UsageException("--results and --part are for pipelines of runner's own language");
        }
        return switch (file.dialect()) {
            case GITHUB -> workflow(file);
            case GITLAB -> gitlab(file);
            case NATIVE -> pipeline(file);
        };
    }

    private int pipeline(PipelineFile file) throws IOException, InterruptedException {
        NativePipelines.Reading reading = NativePipelines.readAll(file.source());
        SharedRun shared = SharedRun.of(flags, reading.pipeline());
        Pipeline pipeline = shared.pipeline(reading.uses());
        Inputs inputs = shared.inputs(new ExecInputs(flags, parent.environment()).read(pipeline));
        check(pipeline, inputs);
        Plan plan = Planner.plan(pipeline, inputs.plan());
        if (flags.list || flags.graph || flags.dryRun) {
            show(plan);
            return ExitCode.PASSED;
        }
        try (Toolbox toolbox = parent.toolbox(registry);
                PipelineRun run = PipelineRun.prepare(flags, parent, toolbox, plan, inputs, Path.of(""))) {
            RunResult result = run.sharing(shared).remembering(shared.results()).execute(plan);
            return shared.exitCode(result);
        }
    }

    private int workflow(PipelineFile file) throws IOException, InterruptedException {
        Path root = GithubRun.root(file.path(), Path.of(""));
        Map<String, String> environment = parent.environment();
        Path home = Path.of(environment.getOrDefault("HOME", "/"));
        WorkflowFiles others = new WorkflowFiles(
                root,
                flags.actions.source(environment, parent.locations().data()),
                environment.getOrDefault(GithubRun.TOKEN, ""));
        GithubRun run;
        RunMemory memory;
        try (GitRepository repository = GitRepository.open(root, home)) {
            Path real = file.path().toAbsolutePath().normalize();
            String path = (real.startsWith(root) ? root.relativize(real) : file.path()).toString();
            Map<String, String> images = RunsOn.images(parent.locations().configFile(), flags.github.runsOn);
            memory = RunMemory.begin(parent.locations().state(), root, path, flags.github.rerun);
            var workflow = GithubWorkflows.read(file.source(), path, others);
            run = new GithubRun.Reader(flags, environment, repository, images).read(workflow, path, memory.run());
        }
        parent.err().print(run.notes());
        parent.err().print(memory.of(run.event().sha()));
        parent.err().flush();
        if (run.refusal() != null) {
            parent.err().println(run.pipeline().name() + " does not run: " + run.refusal() + " (--all runs it anyway)");
            parent.err().flush();
            return ExitCode.PASSED;
        }
        boolean shown = flags.list || flags.graph || flags.dryRun;
        try (ConcurrencyGroup group = shown || run.concurrency() == null
                ? null
                : ConcurrencyGroup.enter(
                        run.concurrency(),
                        GithubRun.groups(parent.locations(), run.inputs().plan().contexts(), root),
                        parent.err())) {
            return run(run.pipeline(), run.inputs(), root, memory);
        }
    }

    private int gitlab(PipelineFile file) throws IOException, InterruptedException {
        Map<String, String> places = Arguments.pairs("--project", flags.gitlab.projects, Map.of());
        try (GitLabProjects projects =
                new GitLabProjects(places, parent.locations().state().resolve("projects"))) {
            return gitlab(file, GitLabRun.of(file.path(), flags, projects, parent.environment()));
        }
    }

    private int gitlab(PipelineFile file, GitLabRun run) throws IOException, InterruptedException {
        for (Diagnostic warning : run.reading().warnings()) {
            parent.err().println(warning.render());
        }
        if (run.reading().refusal() != null) {
            parent.err().println(run.reading().refusal());
        }
        parent.err().flush();
        if (run.reading().refusal() != null) {
            return ExitCode.PASSED;
        }
        if (flags.list || flags.graph || flags.dryRun) {
            Plan plan = Planner.plan(run.reading().pipeline(), run.inputs().plan());
            if (flags.graph) {
                parent.out().print(plan.mermaid(run.reading().stages()));
                parent.out().flush();
            } else {
                show(plan);
            }
            return ExitCode.PASSED;
        }
        String path = file.path().toAbsolutePath().normalize().toString();
        RunMemory memory = RunMemory.begin(parent.locations().state(), run.root(), path, flags.github.rerun);
        GitLabRun again = run.again(memory.run(), flags.gitlab.manual);
        ManualJobs manual = new ManualJobs(run.reading().pipeline().jobs());
        GitLabRun begun = flags.gitlab.manual.isEmpty() ? again.starting(manual.asked(again.inputs())) : again;
        Plan plan = Planner.plan(begun.reading().pipeline(), begun.inputs().plan());
        Path newer = parent.locations().state().resolve("newer").resolve(begun.line());
        try (NewerRuns runs = NewerRuns.enter(
                        newer, begun.event().commit().sha(), begun.reading().cancels());
                Toolbox toolbox = parent.toolbox(registry);
                PipelineRun prepared =
                        PipelineRun.prepare(flags, parent, toolbox, plan, begun.inputs(), begun.root())) {
            GitLabSummary summary = new GitLabSummary();
            RunResult result = prepared.remembering(memory)
                    .remembering(summary)
                    .guardedBy(runs)
                    .of(begun, memory)
                    .execute(plan);
            parent.err().print(summary.text());
            parent.err().print(manual.summary(result, begun.inputs().plan().started(), ""));
            parent.err().flush();
            return PipelineRun.exitCode(result);
        }
    }

    private int run(Pipeline pipeline, Inputs inputs, Path repository, RunMemory memory)
            throws IOException, InterruptedException {
        Plan plan = Planner.plan(pipeline, inputs.plan());
        if (flags.list || flags.graph || flags.dryRun) {
            show(plan);
            return ExitCode.PASSED;
        }
        try (Toolbox toolbox = parent.toolbox(registry);
                PipelineRun run = PipelineRun.prepare(flags, parent, toolbox, plan, inputs, repository)) {
            return PipelineRun.exitCode(run.remembering(memory).execute(plan));
        }
    }

    /** What the pipeline asks for and the command line lacks is said before anything runs; warnings are only shown. */
    private void check(Pipeline pipeline, Inputs inputs) {
        Diagnostics diagnostics = Inputs.check(pipeline, inputs);
        diagnostics.throwIfErrors();
        for (Diagnostic warning : diagnostics.sorted()) {
            parent.err().println(warning.render());
        }
        parent.err().flush();
    }

    private void show(Plan plan) {
        parent.out().print(flags.graph ? plan.mermaid() : plan.listing(flags.dryRun));
        parent.out().flush();
    }
}
