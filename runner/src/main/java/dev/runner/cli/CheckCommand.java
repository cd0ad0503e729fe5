package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.Checker;
import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Targets;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code runner check}: the build checks, without a build. */
final class CheckCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    BuildFlags flags = new BuildFlags();
    RegistryOptions registry = new RegistryOptions();

    @Override
    public void declare(Flags all) {
        all.command(
                "check",
                "Run the build checks on a Dockerfile, with the flags of runner build; nothing is built.",
                "PATH may be the Dockerfile itself. Ends with 1 when there are findings.");
        flags.declare(all);
        registry.declare(all);
    }

    CheckCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, BuildFailedException {
        Path path = Path.of(flags.context);
        if (flags.file == null && Files.isRegularFile(path)) {
            Path folder = path.toAbsolutePath().getParent();
            flags.file = flags.context;
            flags.context = folder == null ? "." : folder.toString();
        }
        flags.check = true;
        try (Toolbox toolbox = parent.toolbox(registry)) {
            return answer(
                    flags.called(), new BuildFlags.Reader(flags, parent, toolbox).request(), toolbox, parent.out());
        }
    }

    /** Does what is called for instead of a build, prints the answer, and gives the exit code. */
    static int answer(CallOption call, BuildRequest request, Toolbox toolbox, PrintWriter out)
            throws InterruptedException, BuildFailedException {
        Source text = request.definition().dockerfile();
        Checker checker = toolbox.builder().checker();
        int code = ExitCode.PASSED;
        String answer = switch (call.method()) {
            case BUILD -> throw new IllegalArgumentException("a build is no question");
            case OUTLINE -> CallReport.of(checker.outline(request, BuildListener.silent()), text, call.format());
            case TARGETS -> {
                Diagnostics diagnostics = new Diagnostics();
                Dockerfile dockerfile = Dockerfile.parse(text, diagnostics);
                diagnostics.throwIfErrors();
                yield CallReport.of(Targets.of(dockerfile), text, call.format());
            }
            case CHECK -> {
                List<CheckFinding> findings = checker.check(request, BuildListener.silent());
                code = findings.isEmpty() || call.ignoreStatus() ? ExitCode.PASSED : ExitCode.FAILED;
                yield CallReport.of(findings, text, call.format());
            }
        };
        out.print(answer);
        out.flush();
        return code;
    }
}
