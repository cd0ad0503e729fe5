package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildFailedException.Failure;
import dev.runner.registry.RegistryException;
import dev.runner.source.Printable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong inside into what people are told. */
final class Failures {
    private Failures() {}

    /** A vertex failed. */
    static BuildFailedException of(Vertex vertex, List<String> output, Throwable cause) {
        if (cause instanceof IOException && cause.getCause() instanceof BuildFailedException inner) {
            return inner;
        }
        Vertex.Where where = vertex.where();
        Integer exitCode = cause instanceof ExitCodeException exit ? exit.exitCode() : null;
        Failure failure = new Failure(
                where.name(),
                where.stage().isEmpty() ? null : where.stage(),
                where.platform(),
                where.span(),
                exitCode,
                output,
                retryable(cause));
        return new BuildFailedException(message(cause), failure, cause);
    }

    /** Something that is about no instruction failed. */
    static BuildFailedException outside(String what, Throwable cause) {
        return new BuildFailedException(what + ": " + message(cause), Failure.outside(what, retryable(cause)), cause);
    }

    static boolean retryable(Throwable cause) {
        return cause instanceof RegistryException registry && registry.retryable();
    }

    /** On one line: names of files are in it, which can hold anything. */
    private static String message(Throwable cause) {
        return Printable.line(words(cause));
    }

    private static String words(Throwable cause) {
        return switch (cause) {
            case NoSuchFileException missing
            when missing.getReason() == null -> "'" + missing.getFile() + "' is not there" + hint(missing.getFile());
            case NotDirectoryException file -> "'" + file.getFile() + "' is not a folder";
            case FileAlreadyExistsException there -> "'" + there.getFile() + "': " + there.getReason();
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    private static String hint(@Nullable String file) {
        return file == null || file.startsWith("/proc") ? "" : "; is it excluded by .dockerignore?";
    }

    /** A RUN step ended with another code than 0. */
    static final class ExitCodeException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int exitCode;

        /** @param reason why, when it is not the command's own; else null */
        ExitCodeException(String command, int exitCode, @Nullable String reason) {
            super("process \"" + command + "\" did not complete successfully: exit code: " + exitCode
                    + (reason == null ? "" : ": " + reason));
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }
}
