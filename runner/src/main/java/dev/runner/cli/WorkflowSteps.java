package dev.runner.cli;

import dev.runner.schedule.StepExecutor;
import dev.runner.step.Tools;
import dev.runner.step.action.StandardActions;
import dev.runner.step.github.BuiltinActions;
import dev.runner.step.github.GithubApp;
import dev.runner.step.github.GithubSteps;
import dev.runner.step.github.Summaries;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the steps of a GitHub workflow are executed with: where actions come from, and where summaries go. */
final class WorkflowSteps {
    private final ActionFlags flags;
    private final @Nullable GithubApp app;
    private final Toolbox toolbox;
    private final Summaries summaries = new Summaries();

    /** @param app issues the tokens of jobs; null when there is none */
    WorkflowSteps(ActionFlags flags, @Nullable GithubApp app, Toolbox toolbox) {
        this.flags = flags;
        this.app = app;
        this.toolbox = toolbox;
    }

    /** @param groups of the run's repository, in which jobs take turns */
    StepExecutor steps(Tools tools, Map<String, String> environment, ConcurrencyGroup.Place groups) {
        Path data = toolbox.locations().data();
        return new GithubSteps(new GithubSteps.Services(
                tools,
                builtins(),
                flags.source(environment, data),
                () -> toolbox.builder().containers(),
                toolbox::jobContainers,
                summaries,
                data,
                app,
                (turn, waits) -> ConcurrencyGroup.take(turn, groups, waits),
                flags.shellOnFailure ? new TerminalShell(new PrintWriter(System.err, true)) : null));
    }

    /** The actions that need no fetching, without those that the flags do not want. */
    BuiltinActions builtins() {
        BuiltinActions all = StandardActions.of(
                CacheStore.in(toolbox.locations().jobCaches()),
                ArtifactStore.in(toolbox.locations().artifacts()));
        Set<String> unwanted = new HashSet<>(flags.withoutBuiltin);
        return unwanted.contains("all") ? BuiltinActions.none() : all.without(unwanted);
    }

    /** Shows the summaries, and writes them where the flag says; secrets are masked. */
    void close(PrintWriter out) throws IOException {
        if (summaries.isEmpty()) {
            if (flags.summary != null) {
                Files.writeString(flags.summary, "");
            }
            return;
        }
        String text = toolbox.masker().mask(summaries.markdown());
        if (flags.summary != null) {
            Files.writeString(flags.summary, text);
        } else {
            out.print(text);
            out.flush();
        }
    }
}
