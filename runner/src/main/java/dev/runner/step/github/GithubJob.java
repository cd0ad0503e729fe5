package dev.runner.step.github;

import dev.runner.build.container.ContainerNetwork;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.JobOpening;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import dev.runner.step.Steps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One job of a workflow while it runs: its folders, where its processes run, and what its steps share. */
final class GithubJob implements StepExecutor {
    /** What stands before a group's title. */
    static final String GROUP = "▸ ";

    /** The fields of {@code github} that become variables, as GitHub's runner chooses them. */
    private static final Set<String> VARIABLES = Set.of(
            "action_path",
            "action_ref",
            "action_repository",
            "action",
            "actor",
            "actor_id",
            "api_url",
            "base_ref",
            "event_name",
            "event_path",
            "graphql_url",
            "head_ref",
            "job",
            "ref_name",
            "ref_protected",
            "ref_type",
            "ref",
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "retention_days",
            "run_attempt",
            "run_id",
            "run_number",
            "server_url",
            "sha",
            "triggering_actor",
            "workflow",
            "workflow_ref",
            "workflow_sha",
            "workspace");

    private static final Set<String> RUNNER_FIELDS =
            Set.of("name", "os", "arch", "temp", "tool_cache", "debug", "environment", "workspace");

    private final GithubSteps.Services services;
    private final Steps others;
    private final JobOpening.Site site;
    private final Layout layout;
    private final boolean debugging;
    private final ProblemMatchers matchers = new ProblemMatchers();
    private final Map<String, Map<String, String>> states = new HashMap<>();
    private final Set<String> prepared = new HashSet<>();
    private final Set<String> warned = new HashSet<>();
    private final List<String> names;
    private final ActionSteps actions;
    private final HostPlace host;
    private final JobToken token;
    private StepPlace place;
    private @Nullable ContainerNetwork network;

    GithubJob(GithubSteps.Services services, Steps others, JobOpening.Site site) throws IOException {
        this.services = services;
        this.others = others;
        this.site = site;
        this.layout = Layout.create(site.workspace(), site.temporary(), toolCache(services.data(), site));
        this.debugging = debugging(site);
        this.names = StepNames.of(site.job().job().steps());
        this.host = new HostPlace(services.tools(), GithubSteps.machine(site.environment()));
        this.place = host;
        this.actions = new ActionSteps(this);
        this.token = JobToken.of(services.app(), site.job().job().work().permissions(), site.known());
    }

    private static Path toolCache(Path data, JobOpening.Site site) {
        String machines = site.environment().getOrDefault("RUNNER_TOOL_CACHE", "");
        return machines.isEmpty() ? data.resolve("tools") : Path.of(machines);
    }

    private static boolean debugging(JobOpening.Site site) {
        return site.environment().getOrDefault("RUNNER_DEBUG", "").equals("1")
                || Scopes.field(site.known(), "secrets", "ACTIONS_STEP_DEBUG").equals("true")
                || Scopes.field(site.known(), "vars", "ACTIONS_STEP_DEBUG").equals("true");
    }

    JobOpening opening() throws IOException {
        Map<String, Value> contexts = new LinkedHashMap<>();
        contexts.put("github", github());
        contexts.put("runner", runner());
        contexts.put("secrets", token.secrets(site.known()));
        List<ExtraStep> before = new ArrayList<>();
        if (actions.needsPreparation(site.job().job().steps())) {
            before.add(new ExtraStep("Set up job", "setup", null, this::prepare));
        }
        Job.Place wanted = site.job().job().place();
        if (!wanted.isHost()) {
            before.addFirst(new ExtraStep("Initialize containers", "setup", null, this::startContainers));
        }
        ExtraStep told = token.step();
        if (told != null) {
            before.addFirst(told);
        }
        return new JobOpening(contexts, before, this, token.issued());
    }

    private Value github() throws IOException {
        Map<String, Value> github = Scopes.entries(site.known().context("github"));
        Value event = github.get("event");
        Files.writeString(layout.event(), event == null ? "{}" : event.toJson());
        github.put("job", Value.of(site.job().id()));
        github.put("workspace", Value.of(place.inside(layout.workspace())));
        github.put("event_path", Value.of(place.inside(layout.event())));
        github.put("token", Value.of(token.value()));
        return new Value.Obj(github);
    }

    private Value runner() {
        Map<String, Value> runner = Scopes.entries(site.known().context("runner"));
        runner.keySet().retainAll(RUNNER_FIELDS);
        runner.putIfAbsent("name", Value.of("runner"));
        runner.put("os", Value.of("Linux"));
        runner.put("arch", Value.of(architecture()));
        runner.putIfAbsent("environment", Value.of("self-hosted"));
        runner.put("temp", Value.of(place.inside(layout.temporary())));
        runner.put("tool_cache", Value.of(place.inside(layout.tools())));
        runner.put("workspace", Value.of(place.inside(layout.workspace().resolveSibling(""))));
        if (debugging) {
            runner.put("debug", Value.of("1"));
        }
        return new Value.Obj(runner);
    }

    /** As GitHub calls it. */
    private static String architecture() {
        String machine = System.getProperty("os.arch");
        return switch (machine) {
            case "amd64", "x86_64" -> "X64";
            case "aarch64", "arm64" -> "ARM64";
            case "arm" -> "ARM";
            case "x86", "i386" -> "X86";
            default -> machine.toUpperCase(Locale.ROOT);
        };
    }

    private StepResult prepare(StepContext context) throws InterruptedException {
        return guarded(() -> {
            Frame frame = Frame.of(this, context, "", "__setup", Map.of());
            actions.prepare(site.job().job().steps(), frame);
            return frame.result(null);
        });
    }

    private StepResult startContainers(StepContext context) throws InterruptedException {
        return guarded(() -> {
            String repository = Scopes.field(context.scope(), "github", "repository");
            ContainerJob containers = new ContainerJob(
                            services.jobContainers().get(),
                            layout,
                            repository.substring(repository.lastIndexOf('/') + 1))
                    .withLogin(services.tools().services()::login);
            Job.Place wanted = ComputedContainers.known(site.job().job().place(), context.scope());
            if (wanted.container() != null
                    && actions.mayNeedNode(site.job().job().steps())) {
                containers.withNode(host.nodeForContainers(layout.temporary().resolve("_node")));
            }
            context.atJobEnd(containers);
            ContainerPlace inside = containers.start(wanted, context);
            context.addAfter(new ExtraStep(
                    "Stop containers",
                    "post",
                    ActionManifestReader.always(),
                    last -> guarded(() -> {
                        containers.stop(last);
                        return StepResult.success();
                    })));
            network = containers.network();
            Map<String, Value> contexts = new LinkedHashMap<>();
            contexts.put("job", containers.job());
            if (inside != null) {
                place = inside;
                contexts.put("github", github());
                contexts.put("runner", runner());
            }
            return StepResult.success().withContexts(contexts);
        });
    }

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        int index = context.step().index();
        return guarded(() -> switch (step) {
            case Step.Run _, Step.Uses _ -> {
                Map<String, String> own = new LinkedHashMap<>(context.variables());
                own.keySet().retainAll(step.head().env().entries().keySet());
                Frame frame = Frame.of(this, context, String.valueOf(index), names.get(index), own);
                StepFailure failure = perform(step, frame, context.step().name());
                saveState(frame);
                yield told(frame, frame.result(failure));
            }
            case Step.Checkout _,
                    Step.Binfmt _,
                    Step.Login _,
                    Step.Build _,
                    Step.Publish _,
                    Step.Script _,
                    Step.Function _,
                    Step.Downstream _ -> others.execute(step, context);
        });
    }

    /** Does the work of a step of the job, or of a part of an action. */
    @Nullable
    StepFailure perform(Step step, Frame frame, String title) throws IOException, InterruptedException {
        return switch (step) {
            case Step.Run script -> ScriptStep.run(script, frame);
            case Step.Uses action -> actions.run(action, frame, title);
            case Step.Checkout _,
                    Step.Binfmt _,
                    Step.Login _,
                    Step.Build _,
                    Step.Publish _,
                    Step.Script _,
                    Step.Function _,
                    Step.Downstream _ ->
                throw new IllegalArgumentException("no GitHub workflow has a step of kind " + step.kind());
        };
    }

    private StepResult told(Frame frame, StepResult result) throws InterruptedException {
        StepFailure failure = result.failure();
        FailureShell shell = services.failureShell();
        if (failure != null && shell != null && !frame.step().cancellation().isCancelled()) {
            String what = frame.step().step().name() + ": " + failure.message();
            StepPlace here = place;
            List<String> command = List.of(here.has("bash") ? "bash" : "sh", "-i");
            Map<String, String> environment = frame.environment(Map.of());
            if (here instanceof ContainerPlace container) {
                String directory = here.inside(layout.workspace());
                shell.join((in, out) -> container.interact(command, environment, directory, in, out), what);
            } else {
                shell.open(command, environment, layout.workspace(), what);
            }
        }
        return result;
    }

    /** Work that may fail in the ways of every room. */
    interface Work {
        StepResult run() throws IOException, InterruptedException;
    }

    static StepResult guarded(Work work) throws InterruptedException {
        try {
            return work.run();
        } catch (ActionFailedException e) {
            return StepResult.failed(e.failure());
        } catch (IOException e) {
            return StepResult.failed(Processes.failure(e));
        } catch (RuntimeException e) {
            return StepResult.failed(Steps.failure(e));
        }
    }

    GithubSteps.Services services() {
        return services;
    }

    /** This machine, wherever the job's processes run. */
    StepPlace host() {
        return host;
    }

    StepPlace place() {
        return place;
    }

    /** The network of the job's container and services; null when it has neither. */
    @Nullable
    ContainerNetwork network() {
        return network;
    }

    Layout layout() {
        return layout;
    }

    ProblemMatchers matchers() {
        return matchers;
    }

    boolean debugging() {
        return debugging;
    }

    /** What the phases of a step have saved so far. */
    Map<String, String> state(String key) {
        return states.getOrDefault(key, Map.of());
    }

    void saveState(Frame frame) {
        states.put(frame.key(), frame.trace().state());
    }

    /** Notes that the step's first phase has had its turn. */
    void prepared(Frame frame) {
        prepared.add(frame.key());
    }

    boolean isPrepared(Frame frame) {
        return prepared.contains(frame.key());
    }

    /** The context's {@code github.action} of a step. */
    String name(int index) {
        return names.get(index);
    }

    void debug(StepOutput output, String text) {
        if (debugging) {
            text.lines().forEach(line -> output.line(Stream.INFO, "debug: " + line));
        }
    }

    /** Says it the first time only. */
    synchronized void warnOnce(StepOutput output, String message) {
        if (warned.add(message)) {
            output.annotate(Annotation.Level.WARNING, message, null);
        }
    }

    void summarise(StepContext step, String markdown) {
        services.summaries().add(site.job().name(), step.step().index(), markdown);
    }

    /** The variables that no step can change: {@code GITHUB_…} and {@code RUNNER_…}. */
    Map<String, String> defaults(Map<String, Value> github, Scope scope) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("GITHUB_ACTIONS", "true");
        github.forEach((field, value) -> {
            if (VARIABLES.contains(field) && (value instanceof Value.Str || value instanceof Value.Bool)) {
                all.put("GITHUB_" + field.toUpperCase(Locale.ROOT), value.text());
            }
        });
        Scopes.entries(scope.context("runner")).forEach((field, value) -> {
            if (value instanceof Value.Str) {
                all.put("RUNNER_" + field.toUpperCase(Locale.ROOT), value.text());
            }
        });
        return all;
    }
}
