package dev.runner.build.embedded;

import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Dockerfile.Stage;
import dev.runner.dockerfile.Instruction;
import dev.runner.source.Diagnostics;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what this engine does not do yet, before anything runs: an option is never passed over. */
final class Unsupported {
    private static final Pattern KNOWN_SYNTAX =
            Pattern.compile("(docker\\.io/)?docker/dockerfile(-upstream)?([:@].*)?|dockerfile\\.v0");

    private final Diagnostics diagnostics;

    private Unsupported(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    static void check(Dockerfile dockerfile, Diagnostics diagnostics) {
        Unsupported check = new Unsupported(diagnostics);
        check.syntax(dockerfile);
        for (Stage stage : dockerfile.stages()) {
            stage.instructions().forEach(check::instruction);
        }
    }

    private void syntax(Dockerfile dockerfile) {
        @Nullable String syntax = dockerfile.directives().syntax();
        if (syntax != null && !KNOWN_SYNTAX.matcher(syntax).matches()) {
            diagnostics.error(
                    dockerfile.source().line(1),
                    "the front-end '" + syntax + "' is not known here",
                    "docker/dockerfile:1 is built in; other front-ends need the buildkit engine");
        }
    }

    private void instruction(Instruction instruction) {
        switch (instruction) {
            case Instruction.Run run -> run(run);
            case Instruction.Add add -> {}
            case Instruction.Onbuild onbuild -> {
                Instruction trigger = onbuild.trigger();
                if (trigger != null) {
                    instruction(trigger);
                }
            }
            case Instruction.From from -> {}
            case Instruction.Arg arg -> {}
            case Instruction.Env env -> {}
            case Instruction.Label label -> {}
            case Instruction.Copy copy -> {}
            case Instruction.Workdir workdir -> {}
            case Instruction.User user -> {}
            case Instruction.Cmd cmd -> {}
            case Instruction.Entrypoint entrypoint -> {}
            case Instruction.Expose expose -> {}
            case Instruction.Volume volume -> {}
            case Instruction.StopSignal stopSignal -> {}
            case Instruction.Healthcheck healthcheck -> {}
            case Instruction.Shell shell -> {}
            case Instruction.Maintainer maintainer -> {}
        }
    }

    private void run(Instruction.Run run) {
        if (run.security() == Instruction.Run.Security.INSECURE) {
            notYet(run, "RUN --security=insecure");
        }
        if (!run.devices().isEmpty()) {
            notYet(run, "RUN --device");
        }
    }

    private void notYet(Instruction instruction, String what) {
        diagnostics.error(instruction.span(), what + " does not work yet", null);
    }
}
