package dev.runner.cli;

import dev.runner.export.Exporter;
import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.frontend.github.WorkflowFetcher;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Export;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.Plan;
import dev.runner.plan.PlanInputs;
import dev.runner.plan.Planner;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** {@code runner export}: a native pipeline as a workflow of GitHub's or a {@code .gitlab-ci.yml}. */
final class ExportCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    String system = "";
    Path file = Path.of("pipeline.yml");
    List<String> machines = new ArrayList<>();
    List<String> whole = new ArrayList<>();

    @Nullable
    String command;

    @Nullable
    Path output;

    boolean check;

    ExportCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags flags) {
        flags.command(
                "export",
                "Write a pipeline for GitHub or GitLab: each platform is built on a machine of its architecture, and the last"
                        + " job joins them to one image.",
                "The pipeline's keys 'on' and 'export' say what only these systems must be told.");
        flags.positional("0", "1")
                .label("github|gitlab")
                .says("For which system.")
                .value(String.class, value -> system = value);
        flags.positional("1", "0..1")
                .label("FILE")
                .says("The pipeline (default: pipeline.yml).")
                .value(Path.class, value -> file = value);
        flags.option("-o", "--output")
                .label("FILE")
                .says("Write it there (default: standard output).")
                .value(Path.class, value -> output = value);
        flags.option("--check")
                .says("Write nothing; end with 1 when the file on the disk is stale.")
                .on(value -> check = value);
        flags.option("--machine")
                .label("PLATFORM=LABEL")
                .says("What the machine of a platform is called: linux/arm64=my-arm-machine.")
                .values(String.class, values -> machines = values);
        flags.option("--whole")
                .label("JOB")
                .says("Leave the builds of this job on one machine, by emulation; without JOB, let one job do all.")
                .optional("", value -> whole.add(value));
        flags.option("--runner")
                .label("COMMAND")
                .says("What the jobs call (default: runner).")
                .value(String.class, value -> command = value);
    }

    @Override
    public Integer call() throws IOException {
        Exporter.Kind to = switch (system) {
            case "github" -> Exporter.Kind.GITHUB;
            case "gitlab" -> Exporter.Kind.GITLAB;
            default -> throw new UsageException("export writes for github or gitlab, not for '" + system + "'");
        };
        PipelineFile pipeline = PipelineFile.open(file);
        if (pipeline.dialect() != Pipeline.Dialect.NATIVE) {
            throw new UsageException(file + " is no pipeline of runner's own language");
        }
        NativePipelines.Reading reading = NativePipelines.readAll(pipeline.source());
        Export export = flagged(reading.export(), reading.pipeline());
        Path target = target(to, to.target(export));
        String text = Exporter.write(
                to,
                new Exporter.Request(
                        plan(reading.pipeline()), export, reading.uses(), inRepository(file), again(target)));
        verify(to, target, text);
        if (check) {
            return check(target, text);
        }
        if (output == null) {
            parent.out().print(text);
            parent.out().flush();
        } else {
            write(output, text);
        }
        return ExitCode.PASSED;
    }

    /** With what the flags say of it. */
    private Export flagged(Export written, Pipeline pipeline) {
        List<String> ids = pipeline.jobs().stream().map(Job::id).toList();
        Set<String> alone = new LinkedHashSet<>(written.whole());
        for (String job : whole) {
            if (!job.isEmpty() && !ids.contains(job)) {
                throw new UsageException("--whole: there is no job '" + job + "'; there are " + String.join(", ", ids));
            }
            alone.add(job);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (String word : machines) {
            int equals = word.indexOf('=');
            if (equals < 1 || equals == word.length() - 1) {
                throw new UsageException("--machine takes PLATFORM=LABEL, not '" + word + "'");
            }
            String platform = Arguments.platforms(List.of(word.substring(0, equals)))
                    .getFirst()
                    .toString();
            labels.put(platform, word.substring(equals + 1));
        }
        return written.withWhole(alone, written.together() || whole.contains(""))
                .withCommand(command == null ? written.command() : command)
                .withTargets(
                        written.github().withMachines(labels), written.gitlab().withMachines(labels));
    }

    /** What must be given is given later; here its name stands for it. */
    private static Plan plan(Pipeline pipeline) {
        Map<String, String> given = new LinkedHashMap<>();
        for (Pipeline.Variable variable : pipeline.variables()) {
            if (variable.value() == null) {
                given.put(variable.name(), variable.name());
            }
        }
        return Planner.plan(pipeline, PlanInputs.none().withVariables(given));
    }

    private Path target(Exporter.Kind to, Export.Target settings) {
        if (output != null) {
            return output;
        }
        if (settings.file() != null) {
            return root().resolve(settings.file());
        }
        String name = String.valueOf(file.getFileName());
        return root().resolve(to == Exporter.Kind.GITHUB ? ".github/workflows/" + name : ".gitlab-ci.yml");
    }

    private Path root() {
        try (GitRepository repository = GitRepository.open(Path.of(""), Path.of(""))) {
            Path top = repository.top();
            return top == null ? Path.of("").toAbsolutePath() : top.toAbsolutePath();
        }
    }

    private String inRepository(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Path root = root();
        return whole.startsWith(root) ? root.relativize(whole).toString() : path.toString();
    }

    /** The call that gives the same file. */
    private String again(Path target) {
        StringBuilder line = new StringBuilder("runner export " + system + " " + inRepository(file));
        machines.forEach(machine -> line.append(" --machine ").append(machine));
        whole.forEach(job -> line.append(" --whole").append(job.isEmpty() ? "" : "=" + job));
        if (command != null) {
            line.append(" --runner '").append(command).append('\'');
        }
        return line.append(" --output ").append(inRepository(target)).toString();
    }

    /** What was added for a system only is read by that system's reader. */
    private static void verify(Exporter.Kind to, Path target, String text) {
        if (to == Exporter.Kind.GITHUB) {
            Diagnostics found = new Diagnostics();
            var workflow =
                    GithubWorkflows.read(Source.of(target.toString(), text), target.toString(), WorkflowFetcher.none());
            found.addAll(workflow.lint());
            found.throwIfErrors();
        }
    }

    private int check(Path target, String text) throws IOException {
        if (Files.isRegularFile(target) && Files.readString(target).equals(text)) {
            return ExitCode.PASSED;
        }
        parent.err()
                .println(inRepository(target) + (Files.exists(target) ? " is stale" : " is not there")
                        + "; write it with: " + again(target));
        parent.err().flush();
        return ExitCode.FAILED;
    }

    private static void write(Path target, String text) throws IOException {
        Path folder = target.toAbsolutePath().resolveSibling("");
        Files.createDirectories(folder);
        Path fresh = folder.resolve(
                "." + target.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
