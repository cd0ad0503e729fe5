package dev.runner.step.gitlab;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.container.JobContainers;
import dev.runner.host.process.Command;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.pipeline.Belongings;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.schedule.Cancellation;
import dev.runner.schedule.JobOpening;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt of a job of GitLab's. */
final class GitLabJob {
    /** Between SIGTERM and SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final GitLabTools tools;
    private final JobOpening.Site site;
    private final Belongings belongings;
    private final JobFiles files;
    private final JobNotes notes;
    private final Functions functions;
    private RunnerVariables variables = new RunnerVariables(Map.of(), Set.of());
    private @Nullable JobContainer container;
    private boolean fetched;
    private boolean timedOut;
    private String status = "success";

    GitLabJob(GitLabTools tools, JobOpening.Site site) {
        this.tools = tools;
        this.site = site;
        this.belongings = site.job().job().belongings();
        this.files = new JobFiles(tools.keep(), site);
        this.notes = new JobNotes(belongings.notes(), files);
        this.functions = new Functions(new Commands(), new FunctionPlaces(tools.repositories(), site.temporary()));
    }

    /** Works out the variables: the file's, then those of dotenv reports, then what the project and the run give. */
    StepResult prepare(StepContext context) throws InterruptedException {
        try {
            Map<String, String> raw = new LinkedHashMap<>(ofRunner(context));
            Set<String> plain = new HashSet<>();
            Set<String> inFiles = new HashSet<>();
            put(raw, plain, inFiles, false, context);
            files.reported().forEach((name, value) -> {
                raw.put(name, value);
                plain.add(name);
            });
            put(raw, plain, inFiles, true, context);
            variables = new RunnerVariables(raw, plain);
            String clone = variables.value("GIT_CLONE_PATH");
            if (isApart() && clone != null && clone.startsWith("/builds/")) {
                raw.put("CI_PROJECT_DIR", clone);
            }
            Map<String, String> environment = new LinkedHashMap<>();
            for (String name : raw.keySet()) {
                String value = variables.value(name);
                environment.put(name, value == null ? "" : value);
            }
            Path folder = Files.createDirectory(context.temporary().resolve("variables"));
            for (String name : inFiles) {
                Path file = folder.resolve(name);
                Files.writeString(file, environment.getOrDefault(name, ""));
                environment.put(name, file.toString());
            }
            belongings.tokens().forEach((name, audiences) -> {
                List<String> expanded =
                        audiences.stream().map(variables::expand).toList();
                String token = LocalTokens.make().token(expanded, environment);
                context.mask(token);
                environment.put(name, token);
            });
            start(environment, context);
            return StepResult.success().withEnvironment(environment);
        } catch (InterruptedException e) {
            status = "canceled";
            throw e;
        } catch (ImageNotFoundException | ImageTransferException | ContainerFailedException e) {
            status = "failed";
            return StepResult.failed(
                    StepFailure.of(StepFailure.Kind.FAILED, String.valueOf(e.getMessage()), "--host runs it without"));
        } catch (IOException e) {
            return StepResult.failed(
                    StepFailure.of(StepFailure.Kind.FAILED, "cannot prepare the job: " + e.getMessage(), null));
        }
    }

    /** Whether scripts run in a container, not on this machine. */
    private boolean isContained() {
        Job.Place place = site.job().job().place();
        return tools.containers() != null && place.container() != null && !JobContainer.isDockerOnly(place);
    }

    /** Whether scripts see the workspace at GitLab's path; not where our docker, outside, has to see it at the same one. */
    private boolean isApart() {
        return isContained() && !JobContainer.needsEngine(site.job().job().place());
    }

    private void start(Map<String, String> environment, StepContext context) throws IOException, InterruptedException {
        Job.Place place = site.job().job().place();
        Supplier<JobContainers> containers = tools.containers();
        if (containers == null || !isContained()) {
            if (!place.isHost()) {
                context.output()
                        .line(
                                Stream.INFO,
                                JobContainer.isDockerOnly(place)
                                        ? "Runs on this machine, where docker is runner's own: no engine is needed"
                                        : "Runs on this machine: image and services are left out");
            }
            return;
        }
        JobContainer started = JobContainer.start(
                containers.get(),
                place,
                variables,
                environment,
                environment.getOrDefault("CI_PROJECT_DIR", "/builds"),
                site.workspace(),
                site.temporary(),
                context);
        container = started;
        context.atJobEnd(started);
        if (JobContainer.needsEngine(place)) {
            Map<String, String> machine = tools.environment().apply(site.environment());
            context.atJobEnd(started.serveDocker(site.temporary(), site.workspace(), tools.processes(), machine));
        }
    }

    private void put(
            Map<String, String> raw, Set<String> plain, Set<String> inFiles, boolean strong, StepContext context) {
        for (Belongings.Variable variable : belongings.variables()) {
            if (variable.strong() != strong) {
                continue;
            }
            raw.put(variable.name(), variable.value());
            (variable.expanded() ? new HashSet<String>() : plain).add(variable.name());
            if (variable.expanded()) {
                plain.remove(variable.name());
            }
            if (variable.file()) {
                inFiles.add(variable.name());
            }
            if (variable.masked() && !variable.value().isEmpty()) {
                context.mask(variable.value());
            }
        }
    }

    /** What only the runner knows. */
    private Map<String, String> ofRunner(StepContext context) {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        String token = "local-" + HexFormat.of().formatHex(bytes);
        context.mask(token);
        // Our docker works outside of the container and sees the workspace at the same path.
        boolean apart =
                isContained() && !JobContainer.needsEngine(site.job().job().place());
        String folder = apart ? "/builds/" + path() : site.workspace().toString();
        Map<String, String> all = new HashMap<>();
        all.put("CI_PROJECT_DIR", folder);
        all.put(
                "CI_BUILDS_DIR",
                apart ? "/builds" : String.valueOf(site.workspace().getParent()));
        all.put("CI_CONCURRENT_ID", "0");
        all.put("CI_CONCURRENT_PROJECT_ID", "0");
        all.put("CI_JOB_TOKEN", token);
        all.put(
                "CI_JOB_STARTED_AT",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        all.put("CI_JOB_STATUS", "running");
        all.put("CI_REGISTRY_USER", "gitlab-ci-token");
        all.put("CI_REGISTRY_PASSWORD", token);
        all.put("CI_DEPENDENCY_PROXY_USER", "gitlab-ci-token");
        all.put("CI_DEPENDENCY_PROXY_PASSWORD", token);
        all.put("CI_RUNNER_ID", "1");
        all.put("CI_RUNNER_DESCRIPTION", "runner exec");
        all.put("CI_RUNNER_TAGS", "[]");
        all.put("CI_RUNNER_VERSION", "18.5.0");
        all.put("CI_RUNNER_REVISION", "local");
        all.put("CI_RUNNER_SHORT_TOKEN", token.substring(6, 14));
        all.put("CI_RUNNER_EXECUTABLE_ARCH", "linux/" + System.getProperty("os.arch", "amd64"));
        all.put("CI_SERVER", "yes");
        all.put("CI_SHARED_ENVIRONMENT", "true");
        all.put("GITLAB_CI", "true");
        all.put("CI", "true");
        return all;
    }

    private String path() {
        return belongings.variables().stream()
                .filter(variable -> variable.name().equals("CI_PROJECT_PATH"))
                .map(Belongings.Variable::value)
                .findFirst()
                .orElse("project");
    }

    /** Runs a function, in the container if the job has one. */
    StepResult function(Step.Function step, StepContext context) throws InterruptedException {
        return work(step.head().id(), context, () -> functions.run(step, context));
    }

    /** What a step of the job does. */
    @FunctionalInterface
    private interface Work {
        StepResult run() throws IOException, InterruptedException;
    }

    /** Does it, behind what the job gets from others, and remembers how it ended. */
    private StepResult work(@Nullable String id, StepContext context, Work work) throws InterruptedException {
        try {
            if (!fetched && !"pre_get_sources_script".equals(id)) {
                fetched = true;
                StepResult brought = files.fetch(variables, context);
                if (!brought.isSuccess()) {
                    status = "failed";
                    return brought;
                }
                if (container != null) {
                    container.share(site.workspace());
                }
            }
            StepResult result = work.run();
            status = result.isSuccess() ? status : "failed";
            return result;
        } catch (InterruptedException e) {
            timedOut = context.cancellation().reason() == Cancellation.Reason.TIMEOUT;
            status = timedOut || status.equals("failed") ? "failed" : "canceled";
            throw e;
        } catch (IOException e) {
            status = "failed";
            return StepResult.failed(
                    StepFailure.of(StepFailure.Kind.FAILED, "cannot run the script: " + e.getMessage(), null));
        }
    }

    StepResult script(Step.Script step, StepContext context) throws InterruptedException {
        if (!"after_script".equals(step.head().id())) {
            return work(
                    step.head().id(),
                    context,
                    () -> ended(run(ScriptText.of(step.commands(), traced(context)), Map.of(), context)));
        }
        if (timedOut) {
            context.output().line(Stream.INFO, "not run, because the job's time is over");
            return StepResult.success();
        }
        try {
            return ended(run(ScriptText.of(step.commands(), traced(context)), Map.of(), context));
        } catch (IOException e) {
            return StepResult.failed(
                    StepFailure.of(StepFailure.Kind.FAILED, "cannot run the script: " + e.getMessage(), null));
        }
    }

    private static StepResult ended(int code) {
        return code == 0 ? StepResult.success() : StepResult.failed(StepFailure.exit(code, null));
    }

    /** Runs another pipeline; one that is not waited for cannot fail the job. */
    StepResult downstream(Step.Downstream step, StepContext context) throws InterruptedException {
        try {
            Step.Downstream.Generated generated = step.generated();
            String text = generated == null
                    ? step.configuration()
                    : files.generated(generated.job(), variables.expand(generated.file()));
            Map<String, String> forwarded = new LinkedHashMap<>();
            for (String name : step.forwarded()) {
                String value = variables.value(name);
                forwarded.put(name, value == null ? "" : value);
            }
            StepResult result = tools.children().run(step, text, forwarded, context);
            boolean counts = step.waits() || result.isSuccess();
            status = result.isSuccess() ? status : "failed";
            return counts ? result : StepResult.success();
        } catch (IOException e) {
            return StepResult.failed(StepFailure.of(
                    StepFailure.Kind.FAILED, "downstream pipeline can not be created: " + e.getMessage(), null));
        }
    }

    private static boolean traced(StepContext context) {
        return context.variables().getOrDefault("CI_DEBUG_TRACE", "").equals("true");
    }

    private int run(String text, Map<String, String> more, StepContext context)
            throws IOException, InterruptedException {
        Path script = Files.writeString(context.temporary().resolve("script.sh"), text);
        try {
            return start(
                    (out, error) -> {
                        Map<String, String> environment = environment(more, context);
                        JobContainer contained = container;
                        if (contained != null) {
                            return contained.run(script, environment, out, error);
                        }
                        List<String> words = List.of(shell(environment), script.toString());
                        return onMachine(words, context.workspace(), environment, out, error);
                    },
                    context);
        } finally {
            Files.deleteIfExists(script);
        }
    }

    /** Begins a process. */
    @FunctionalInterface
    private interface Beginning {
        RunningProcess begin(OutputStream out, OutputStream error) throws IOException;
    }

    private int start(Beginning beginning, StepContext context) throws IOException, InterruptedException {
        try (OutputStream out = stream(context, Stream.STDOUT);
                OutputStream error = stream(context, Stream.STDERR)) {
            return await(beginning.begin(out, error), context);
        }
    }

    private RunningProcess onMachine(
            List<String> words, Path directory, Map<String, String> environment, OutputStream out, OutputStream error)
            throws IOException {
        return tools.processes()
                .start(new Command(words, environment, directory, null), OutputSink.to(out), OutputSink.to(error));
    }

    /** All that a command finds in its environment. */
    private Map<String, String> environment(Map<String, String> more, StepContext context) {
        Map<String, String> environment = container == null
                ? tools.environment().apply(context.environment())
                : new LinkedHashMap<>(context.variables());
        environment.put("CI_JOB_STATUS", status);
        environment.putAll(more);
        return environment;
    }

    /** Where the job's functions run. */
    private final class Commands implements Functions.Place {
        @Override
        public int script(String text, Map<String, String> more, StepContext context)
                throws IOException, InterruptedException {
            return run(ScriptText.silent(text, traced(context)), more, context);
        }

        @Override
        public int command(List<String> words, String directory, Map<String, String> more, StepContext context)
                throws IOException, InterruptedException {
            return start(
                    (out, error) -> {
                        Map<String, String> environment = GitLabJob.this.environment(more, context);
                        JobContainer contained = container;
                        return contained != null
                                ? contained.command(words, directory, environment, out, error)
                                : onMachine(words, Path.of(directory), environment, out, error);
                    },
                    context);
        }

        @Override
        public String seen(Path path) {
            Path workspace = site.workspace();
            String folder = variables.value("CI_PROJECT_DIR");
            return path.startsWith(workspace) && folder != null
                    ? Path.of(folder).resolve(workspace.relativize(path)).toString()
                    : path.toString();
        }

        @Override
        public Map<String, String> environment(StepContext context) {
            return GitLabJob.this.environment(Map.of(), context);
        }
    }

    private static int await(RunningProcess process, StepContext context) throws IOException, InterruptedException {
        try (var _ = context.cancellation().onKill(() -> process.terminate(Duration.ZERO))) {
            return process.await();
        } catch (InterruptedException e) {
            process.terminate(context.cancellation().isKilled() ? Duration.ZERO : GRACE);
            throw e;
        } catch (IOException | RuntimeException e) {
            process.terminate(Duration.ZERO);
            throw e;
        }
    }

    private OutputStream stream(StepContext context, Stream stream) {
        return new SectionStream(notes.reading(context.output().stream(stream)));
    }

    /** Bash where there is one, else sh. */
    private static String shell(Map<String, String> environment) {
        for (String folder : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "bash"))) {
                return "bash";
            }
        }
        return "sh";
    }

    boolean keepsFiles() {
        return belongings.artifacts() != null
                || !belongings.caches().isEmpty()
                || !belongings.notes().equals(Belongings.Notes.NONE);
    }

    /** Behind the job's steps: artifacts and caches, as far as its end asks for them. */
    StepResult keep(StepContext context) throws InterruptedException {
        boolean passed = status.equals("success");
        StepResult kept = files.keep(variables, passed, context);
        notes.tell(variables.with(files.given()), passed, context);
        return kept;
    }
}
