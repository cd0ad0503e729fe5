package dev.runner.cli;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.buildkit.BuilderLostException;
import dev.runner.build.buildkit.BuildxMissingException;
import dev.runner.build.buildkit.UnmappedOptionException;
import dev.runner.expression.EvaluationException;
import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.registry.RegistryException;
import dev.runner.secret.InvalidSecretsException;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/** What goes wrong in a command, as words for people and an exit code. */
final class Faults {
    private Faults() {}

    static int explain(Exception failure, PrintWriter err) {
        try {
            return tell(failure, err);
        } finally {
            err.flush();
        }
    }

    /** Whether a file was waited for or used when the user ended the program: files tell it by failures of their own. */
    private static boolean isInterruption(Exception failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof FileLockInterruptionException || at instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    private static int tell(Exception failure, PrintWriter err) {
        return switch (failure) {
            case Exception e
            when e instanceof InterruptedException || isInterruption(e) -> {
                err.println("cancelled");
                yield ExitCode.CANCELLED;
            }
            case InvalidSourceException e -> {
                e.diagnostics().forEach(diagnostic -> err.println(diagnostic.render()));
                yield ExitCode.BAD_INPUT;
            }
            case InvalidSecretsException e -> {
                e.problems().forEach(problem -> err.println(problem.render()));
                yield ExitCode.BAD_INPUT;
            }
            case EvaluationException e -> {
                err.println(e.span().position() + ": error: " + e.getMessage());
                yield ExitCode.BAD_INPUT;
            }
            case UsageException e -> say(err, e, ExitCode.BAD_INPUT);
            case EmulatorMissingException e -> say(err, e, ExitCode.MACHINE_LACKS);
            case BinfmtException e -> say(err, e, ExitCode.MACHINE_LACKS);
            case SandboxException e -> say(err, e, ExitCode.MACHINE_LACKS);
            case ContainerFailedException e -> say(err, e, ExitCode.MACHINE_LACKS);
            case BuildxMissingException e -> say(err, e, e.remedy(), ExitCode.MACHINE_LACKS);
            case UnmappedOptionException e -> say(err, e, e.remedy(), ExitCode.BAD_INPUT);
            case BuilderLostException e -> {
                boolean never = e.reason() == BuilderLostException.Reason.UNREACHABLE;
                yield say(err, e, e.remedy(), never ? ExitCode.MACHINE_LACKS : ExitCode.FAILED);
            }
            case RegistryException e -> say(err, e, ExitCode.FAILED);
            case ImageNotFoundException e -> say(err, e, ExitCode.FAILED);
            case ImageTransferException e -> say(err, e, ExitCode.FAILED);
            case UncheckedIOException e -> {
                err.println("error: " + e.getMessage());
                yield ExitCode.FAILED;
            }
            case IOException e -> {
                err.println("error: " + e.getClass().getSimpleName() + ": " + e.getMessage());
                yield ExitCode.FAILED;
            }
            default -> {
                err.println("This is a fault of runner itself; please report it with what follows.");
                failure.printStackTrace(err);
                yield ExitCode.FAILED;
            }
        };
    }

    private static int say(PrintWriter err, Exception failure, String remedy, int code) {
        say(err, failure, code);
        err.println("  help: " + remedy);
        return code;
    }

    private static int say(PrintWriter err, Exception failure, int code) {
        err.println("error: " + failure.getMessage());
        return code;
    }
}
