package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.plan.Plan;
import dev.runner.plan.Planner;
import dev.runner.schedule.Result;
import dev.runner.schedule.RunEvent;
import dev.runner.schedule.Scheduler;
import dev.runner.schedule.WorkspaceCopies;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workflows and what GitHub makes of them: a folder a case, with {@code workflow.yml} (its comment says the rule and the
 * page), the flags in {@code args}, what the repository knows in {@code repository}, workflows that are called beside it,
 * and in {@code expected} the plan, the reason why it does not run or the faults; with {@code run} in the first line of
 * {@code args}, how its jobs end; with {@code lint}, what is odd.
 */
class GithubGoldenTests {
    private static final Path FOLDER = Path.of("src/test/resources/github-plans");

    /** Writes what it finds in place of comparing it; to be read by a person before it is kept. */
    private static final boolean WRITE = Boolean.getBoolean("golden.write");

    @TempDir
    Path temporary;

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders
                    .filter(folder -> Files.exists(folder.resolve("expected")) || WRITE)
                    .sorted()
                    .toList()
                    .stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private void check(Path folder) throws Exception {
        String text = Files.readString(folder.resolve("workflow.yml"));
        assertThat(text).as("the rule and its page").startsWith("# ").contains("https://docs.github.com/");
        String actual = outcome(folder);
        Path expected = folder.resolve("expected");
        if (WRITE) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }

    private String outcome(Path folder) throws Exception {
        List<String> words = new ArrayList<>(lines(folder.resolve("args")));
        boolean run = words.remove("run");
        boolean lint = words.remove("lint");
        words.add("workflow.yml");
        ExecFlags flags = new ExecFlags();
        Flags.of(new Parsed(flags)).parseArgs(words.toArray(String[]::new));
        Source source = Source.of("workflow.yml", Files.readString(folder.resolve("workflow.yml")));
        try {
            var workflow = GithubWorkflows.read(source, ".github/workflows/workflow.yml", uses -> called(folder, uses));
            if (lint) {
                return faults(workflow.lint());
            }
            GithubRun about = new GithubRun.Reader(
                            flags,
                            Map.of("TOKEN", "t0k3n-value"),
                            new StoryRepository(lines(folder.resolve("repository"))),
                            RunsOn.images(Path.of("none"), flags.github.runsOn))
                    .read(workflow, ".github/workflows/workflow.yml", last(folder));
            if (about.refusal() != null) {
                return "does not run: " + about.refusal() + "\n";
            }
            Plan plan = Planner.plan(about.pipeline(), about.inputs().plan());
            String head =
                    "event " + about.event().name() + " on " + about.event().ref() + "\n";
            String body = run ? run(plan, about) : flags.graph ? plan.mermaid() : plan.listing(flags.dryRun);
            return head + about.notes() + body;
        } catch (InvalidSourceException e) {
            return faults(e.diagnostics());
        }
    }

    /** The run before, when {@code kept} tells of one: a line {@code KEY} or {@code KEY NAME=VALUE} for each job. */
    private static RunMemory.Last last(Path folder) {
        Map<String, Map<String, String>> succeeded = new TreeMap<>();
        for (String line : lines(folder.resolve("kept"))) {
            String[] words = line.split("\t", 2);
            Map<String, String> outputs = new TreeMap<>();
            if (words.length > 1) {
                outputs.put(words[1].split("=", 2)[0], words[1].split("=", 2)[1]);
            }
            succeeded.put(words[0], outputs);
        }
        return new RunMemory.Last(1, 1, succeeded.isEmpty() ? 1 : 2, succeeded, "");
    }

    private static String faults(List<Diagnostic> found) {
        StringBuilder faults = new StringBuilder();
        found.forEach(fault -> faults.append(line(fault)).append('\n'));
        return faults.toString();
    }

    private static String line(Diagnostic fault) {
        String help = fault.remedy() == null ? "" : " [" + fault.remedy() + "]";
        return fault.span().position() + ": " + fault.message() + help;
    }

    private static Source called(Path folder, String uses) throws IOException {
        String name = uses.substring(uses.lastIndexOf('/') + 1).replaceFirst("@.*", "");
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new IOException("workflow was not found");
        }
        return Source.of(name, Files.readString(file));
    }

    private String run(Plan plan, GithubRun about) throws Exception {
        Map<String, List<String>> lines = new TreeMap<>();
        Scheduler scheduler = new Scheduler(
                new EchoExecutor(), WorkspaceCopies.ofNothing(temporary), List.of(event -> tell(event, lines)), 2);
        Result result = scheduler.start(plan, about.inputs()).await().result();
        StringBuilder text = new StringBuilder();
        lines.values().forEach(of -> of.forEach(line -> text.append(line).append('\n')));
        return text.append("run: ").append(result.word()).append('\n').toString();
    }

    /** Jobs run beside each other, so each one's lines are gathered. */
    private static void tell(RunEvent event, Map<String, List<String>> lines) {
        switch (event) {
            case RunEvent.OutputLine output ->
                lines.computeIfAbsent(output.step().job().name(), _ -> new ArrayList<>())
                        .add(output.step().job().name() + " | " + output.text());
            case RunEvent.StepFinished step -> {
                boolean plain = step.conclusion() == Result.SUCCESS && step.outcome() == Result.SUCCESS;
                if (!plain) {
                    lines.computeIfAbsent(step.step().job().name(), _ -> new ArrayList<>())
                            .add(step.step().job().name() + " | step '"
                                    + step.step().name() + "': outcome "
                                    + step.outcome().word() + ", conclusion "
                                    + step.conclusion().word());
                }
            }
            case RunEvent.JobFinished job ->
                lines.computeIfAbsent(job.job().name(), _ -> new ArrayList<>())
                        .add(job.job().name() + ": " + job.result().word() + (job.tolerated() ? " (tolerated)" : "")
                                + (job.outputs().isEmpty() ? "" : " " + job.outputs())
                                + (job.failure() == null
                                        ? ""
                                        : " — " + job.failure().message()));
            default -> {}
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The flags alone, for their parser. */
    private record Parsed(ExecFlags flags) implements Flags.Declaring, java.util.concurrent.Callable<Integer> {
        @Override
        public void declare(Flags all) {
            flags.declare(all);
        }

        @Override
        public Integer call() {
            return 0;
        }
    }
}
