package dev.runner.cli;

import dev.runner.frontend.gitlab.GitLabEvent;
import dev.runner.frontend.gitlab.GitLabPipelines;
import dev.runner.host.process.ProcessRunner;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.plan.Plan;
import dev.runner.plan.PlanInputs;
import dev.runner.plan.Planner;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.RunResult;
import dev.runner.schedule.Scheduler;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepResult;
import dev.runner.schedule.WorkspaceCopies;
import dev.runner.secret.Masker;
import dev.runner.secret.Secrets;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.step.gitlab.GitLabSteps;
import dev.runner.step.gitlab.GitLabTools;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder with a pipeline, what happens ({@code case.properties}) and what is expected of it. */
final class GitLabCase {
    static final String SHA = "1ecfd275763eff1d6b4844ea3168962458c9f27a";

    private final Path folder;
    private final Path work;
    private final Properties settings = new Properties();
    private final StringBuilder out = new StringBuilder();

    GitLabCase(Path folder, Path work) throws IOException {
        this.folder = folder;
        this.work = work;
        Path file = folder.resolve("case.properties");
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            }
        }
    }

    /** The faults, or the jobs and what they print. */
    String result() throws IOException, InterruptedException {
        try {
            Source source = Source.of(".gitlab-ci.yml", Files.readString(folder.resolve(".gitlab-ci.yml")));
            GitLabPipelines.Reading reading = GitLabPipelines.read(source, project(), event());
            reading.warnings().forEach(warning -> line(warning.render()));
            if (reading.refusal() != null) {
                return out.append(reading.refusal()).append('\n').toString();
            }
            jobs(reading);
            if (!"false".equals(settings.getProperty("run"))) {
                run(reading);
            }
        } catch (InvalidSourceException e) {
            for (Diagnostic diagnostic : e.diagnostics()) {
                line(diagnostic.render());
            }
        }
        return out.toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private GitLabFolder project() {
        Map<String, Path> projects = new HashMap<>();
        Map<String, Path> remote = new HashMap<>();
        settings.stringPropertyNames().forEach(name -> {
            Path place = folder.resolve(settings.getProperty(name));
            if (name.startsWith("at.")) {
                projects.put(name.substring(3), place);
            } else if (name.startsWith("remote.")) {
                remote.put(settings.getProperty("url." + name.substring(7)), place);
            }
        });
        String changes = settings.getProperty("changes");
        Map<String, List<String>> compared = new HashMap<>();
        settings.stringPropertyNames().stream()
                .filter(name -> name.startsWith("changes-to."))
                .forEach(name -> compared.put(name.substring(11), words(settings.getProperty(name))));
        return new GitLabFolder(
                "",
                folder,
                new GitLabFolder.Reach(
                        (path, _) -> projects.get(path),
                        remote,
                        folder.resolve("templates"),
                        to -> to == null ? (changes == null ? null : words(changes)) : compared.get(to)));
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.split("[,\\s]+"));
    }

    private GitLabEvent event() {
        String source = settings.getProperty("source", "push");
        String tag = settings.getProperty("tag");
        return new GitLabEvent(
                source,
                new GitLabEvent.Ref(
                        tag == null ? settings.getProperty("branch", "main") : null,
                        tag,
                        settings.getProperty("target"),
                        null,
                        null),
                new GitLabEvent.Commit(
                        SHA,
                        GitLabEvent.Commit.NONE,
                        settings.getProperty("message", "Add a thing\n\nBecause of a reason."),
                        "Ann Author <ann@example.org>",
                        "2026-01-02T03:04:05Z"),
                new GitLabEvent.Project(
                        "group/sub/name", "main", "https://gitlab.example.org", "registry.example.org", null),
                new GitLabEvent.Given(
                        named("var."),
                        named("project."),
                        new LinkedHashSet<>(words(settings.getProperty("masked"))),
                        new LinkedHashSet<>(words(settings.getProperty("file"))),
                        named("input.")));
    }

    private Map<String, String> named(String prefix) {
        Map<String, String> all = new TreeMap<>();
        settings.stringPropertyNames().stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> all.put(name.substring(prefix.length()), settings.getProperty(name)));
        return all;
    }

    private void jobs(GitLabPipelines.Reading reading) {
        if (!reading.pipeline().name().equals(".gitlab-ci.yml")) {
            line("name: " + reading.pipeline().name());
        }
        for (int stage = 0; stage < reading.stages().size(); stage++) {
            int number = stage;
            List<Job> jobs = reading.pipeline().jobs().stream()
                    .filter(job -> job.start().stage() == number)
                    .toList();
            if (!jobs.isEmpty()) {
                line(reading.stages().get(stage) + ":");
                jobs.forEach(this::job);
            }
        }
    }

    private void job(Job job) {
        StringBuilder text = new StringBuilder("  ").append(job.id());
        if (!job.start().afterStages()) {
            text.append("  needs ")
                    .append(job.needs().stream().map(Job.Need::job).collect(Collectors.joining(", ", "[", "]")));
        }
        if (job.condition() != null) {
            text.append("  if ").append(job.condition().text());
        }
        switch (job.start().cue()) {
            case Job.Cue.AtOnce _ -> {}
            case Job.Cue.Manual _ -> text.append("  manual");
            case Job.Cue.Delayed(var delay) -> text.append("  after ").append(delay);
        }
        if (job.policy().tolerance().any().otherwise()) {
            text.append("  allowed to fail");
        }
        if (!job.policy().tolerance().exitCodes().isEmpty()) {
            text.append("  allowed to exit with ")
                    .append(new java.util.TreeSet<>(job.policy().tolerance().exitCodes()));
        }
        if (job.policy().retry().most().otherwise() > 0) {
            text.append("  retried ").append(job.policy().retry().most().otherwise());
        }
        if (job.policy().timeout() != null) {
            text.append("  within ").append(job.policy().timeout().written().source());
        }
        if (job.start().resource() != null) {
            text.append("  alone with ").append(job.start().resource());
        }
        if (job.place().container() != null) {
            text.append("  in ").append(job.place().container().image().source());
        }
        line(text.toString());
        job.place()
                .services()
                .forEach(service -> line("    service "
                        + service.container().image().source() + " as "
                        + String.join(", ", service.aliases())));
        Map<String, String> values = new LinkedHashMap<>();
        job.belongings().variables().forEach(variable -> values.put(variable.name(), variable.value()));
        for (String name : words(settings.getProperty("show"))) {
            line("    " + name
                    + (values.containsKey(name) ? "=" + values.get(name).replace("\n", "\\n") : " is not set"));
        }
    }

    private void run(GitLabPipelines.Reading reading) throws IOException, InterruptedException {
        Set<String> started = new LinkedHashSet<>(words(settings.getProperty("manual")));
        PlanInputs plan = PlanInputs.none()
                .withStarted(ManualJobs.started(
                        List.copyOf(started), reading.pipeline().jobs(), ""));
        Plan planned = Planner.plan(reading.pipeline(), plan);
        Map<String, List<String>> lines = Collections.synchronizedMap(new LinkedHashMap<>());
        GitLabTools.Keep keep = new GitLabTools.Keep(
                ArtifactStore.in(work.resolve("artifacts")),
                CacheStore.in(work.resolve("caches")),
                new GitLabTools.Owner("run", "project", List.of(), path -> settings.getProperty("at." + path)),
                work.resolve("locks"));
        int times = Integer.parseInt(settings.getProperty("times", "1"));
        for (int time = 1; time <= times; time++) {
            lines.clear();
            Map<String, String> machine = Map.of("PATH", System.getenv("PATH"), "HOME", work.toString());
            var workspaces = WorkspaceCopies.ofNothing(work.resolve("jobs"));
            Inputs inputs = new Inputs(plan, Secrets.none(), machine);
            IndependentPipelines independent = new IndependentPipelines();
            GitLabTools childless = tools(keep, (_, _, _, _) -> StepResult.success());
            var around = new GitLabChildren.Around(
                    childless,
                    inputs,
                    workspaces,
                    work.resolve("others"),
                    4,
                    independent,
                    GitLabChildren.Memory.none(),
                    List.copyOf(started));
            var steps = new GitLabSteps(tools(keep, new GitLabChildren(around, event(), project())));
            Scheduler scheduler = new Scheduler(steps, workspaces, List.of(event -> collect(event, lines)), 4);
            RunResult result = scheduler.start(planned, inputs).await();
            StringWriter later = new StringWriter();
            independent.finish(new Masker(), new PrintWriter(later));
            if (time == times) {
                show(result, lines);
                out.append(later.toString().replaceAll("\u001B\\[[0-9;]*[mK]", ""));
            }
        }
    }

    /** A folder of the case, for the last part of a URL. */
    private Path repository(String url, @Nullable String revision) {
        return folder.resolve(url.substring(url.lastIndexOf('/') + 1) + (revision == null ? "" : "-" + revision));
    }

    private GitLabTools tools(GitLabTools.Keep keep, GitLabTools.Children children) {
        return new GitLabTools(new ProcessRunner(), checkout(), HashMap::new, keep, children, this::repository, null);
    }

    private static void collect(RunEvent event, Map<String, List<String>> lines) {
        if (event instanceof RunEvent.OutputLine line && line.stream() != StepOutput.Stream.INFO) {
            String text = line.text().replaceAll("\u001B\\[[0-9;]*[mK]", "");
            lines.computeIfAbsent(line.step().job().key(), _ -> new ArrayList<>())
                    .add(text);
        } else if (event instanceof RunEvent.StepFinished step && step.failure() != null) {
            lines.computeIfAbsent(step.step().job().key(), _ -> new ArrayList<>())
                    .add("(" + step.step().name() + ": " + step.failure().message() + ")");
        }
    }

    private void show(RunResult result, Map<String, List<String>> lines) {
        line("");
        result.jobs().forEach(job -> {
            line(job.job().name() + ": " + job.result().word() + (job.tolerated() ? ", tolerated" : ""));
            lines.getOrDefault(job.job().key(), List.of()).forEach(text -> line("  | " + text));
        });
        line("pipeline: " + result.result().word());
    }

    /** Checks out by copying the case's folder. */
    private StepExecutor checkout() {
        return new StepExecutor() {
            @Override
            public StepResult execute(Step step, StepContext context) {
                try (Stream<Path> all = Files.walk(folder)) {
                    for (Path file : all.sorted().toList()) {
                        if (file.endsWith("expected.txt") || file.endsWith("case.properties")) {
                            continue;
                        }
                        Path target = context.workspace()
                                .resolve(folder.relativize(file).toString());
                        if (Files.isDirectory(file)) {
                            Files.createDirectories(target);
                        } else {
                            Files.copy(file, target);
                        }
                    }
                    return StepResult.success();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
