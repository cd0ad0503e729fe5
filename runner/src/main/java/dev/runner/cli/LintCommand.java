package dev.runner.cli;

import dev.runner.frontend.github.GithubScript;
import dev.runner.frontend.github.GithubWorkflow;
import dev.runner.frontend.github.GithubWorkflows;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code runner lint}: what is wrong or odd in pipelines, without running them. */
final class LintCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;
    private final ActionFlags actions = new ActionFlags();

    List<Path> files = new ArrayList<>();
    boolean noShell;

    LintCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags all) {
        all.command(
                "lint",
                "Check pipelines: runner's own, GitHub workflows and .gitlab-ci.yml.",
                "Without FILE: all in .github/workflows, .gitlab-ci.yml and pipeline.yml."
                        + " Ends with 2 when there are errors, with 1 when there are warnings.");
        all.option("--no-shell")
                .says("Do not check the syntax of scripts with bash.")
                .on(value -> noShell = value);
        all.option("--actions-from")
                .label("URL|FOLDER")
                .says("Where workflows of other repositories come from (default: github.com).")
                .value(String.class, value -> actions.from = value);
        all.option("--offline")
                .says("Take workflows of other repositories only from what earlier runs have fetched.")
                .on(value -> actions.offline = value);
        all.positional("0..*", "0..*")
                .label("FILE")
                .says("The pipelines.")
                .values(Path.class, values -> files = values);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Diagnostic> found = new ArrayList<>();
        List<Path> all = files.isEmpty() ? PipelineFile.usual() : files;
        if (all.isEmpty()) {
            throw new UsageException("there is no pipeline here; name the files to check");
        }
        for (Path file : all) {
            try {
                found.addAll(lint(PipelineFile.open(file)));
            } catch (InvalidSourceException e) {
                found.addAll(e.diagnostics());
            }
        }
        PrintWriter out = parent.out();
        found.forEach(diagnostic -> out.println(diagnostic.render()));
        out.flush();
        if (found.stream().anyMatch(Diagnostic::isError)) {
            return ExitCode.BAD_INPUT;
        }
        return found.isEmpty() ? ExitCode.PASSED : ExitCode.FAILED;
    }

    private List<Diagnostic> lint(PipelineFile file) throws IOException, InterruptedException {
        if (file.dialect() == Pipeline.Dialect.GITLAB) {
            return GitLabRun.lint(file.path(), parent.environment());
        }
        if (file.dialect() == Pipeline.Dialect.NATIVE) {
            file.read();
            return List.of();
        }
        Map<String, String> environment = parent.environment();
        Path root = GithubRun.root(file.path(), Path.of(""));
        WorkflowFiles others = new WorkflowFiles(
                root,
                actions.source(environment, parent.locations().data()),
                environment.getOrDefault(GithubRun.TOKEN, ""));
        GithubWorkflow workflow =
                GithubWorkflows.read(file.source(), file.path().toString(), others);
        Diagnostics found = new Diagnostics();
        found.addAll(workflow.warnings());
        found.addAll(workflow.lint());
        try (Toolbox toolbox = parent.toolbox(new RegistryOptions())) {
            ActionLint lint = new ActionLint(new WorkflowSteps(actions, null, toolbox).builtins(), found);
            workflow.actions().forEach(lint::check);
        }
        if (!noShell) {
            for (GithubScript script : workflow.scripts()) {
                ShellLint.check(script, found);
            }
        }
        return found.sorted();
    }
}
