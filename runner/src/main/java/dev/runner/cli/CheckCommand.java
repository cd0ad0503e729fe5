package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.dockerfile.CheckFinding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runner check}: the build checks, without a build. */
@Command(
        name = "check",
        description = {
            "Run the build checks on a Dockerfile, with the flags of runner build; nothing is built.",
            "PATH may be the Dockerfile itself. Ends with 1 when there are findings."
        },
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    private final RunnerCommand parent;

    @Mixin
    BuildFlags flags = new BuildFlags();

    @Mixin
    RegistryOptions registry = new RegistryOptions();

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
        CheckReport.Format format = flags.checks();
        try (Toolbox toolbox = parent.toolbox(registry)) {
            BuildRequest request = new BuildFlags.Reader(flags, parent, toolbox).request();
            return check(toolbox, request, format == null ? CheckReport.Format.TEXT : format, parent.out());
        }
    }

    /** Checks, prints, and gives the exit code. */
    static int check(Toolbox toolbox, BuildRequest request, CheckReport.Format format, PrintWriter out)
            throws InterruptedException, BuildFailedException {
        List<CheckFinding> findings = toolbox.builder().checker().check(request, BuildListener.silent());
        CheckReport.print(findings, request.definition().dockerfile(), format, out);
        return findings.isEmpty() ? ExitCode.PASSED : ExitCode.FAILED;
    }
}
