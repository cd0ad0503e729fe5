package dev.runner.step;

import dev.runner.build.BuildFailedException;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.buildkit.BuilderLostException;
import dev.runner.build.buildkit.BuildxMissingException;
import dev.runner.build.buildkit.UnmappedOptionException;
import dev.runner.checkout.CheckoutException;
import dev.runner.expression.EvaluationException;
import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.registry.RegistryException;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepFailure.Kind;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import org.jspecify.annotations.Nullable;

/** What failures of other rooms are to the people who wrote the step. */
final class Failures {
    private Failures() {}

    /**
     * The failure of a step.
     *
     * @throws RuntimeException the fault itself when the scheduler knows better what to make of it
     */
    static StepFailure of(RuntimeException fault) {
        return switch (fault) {
            case InvalidSourceException e -> throw e;
            case EvaluationException e -> throw e;
            case BadStepException e -> StepFailure.of(Kind.BAD_INPUT, message(e), e.remedy());
            case CheckoutException e -> of(e);
            case RegistryException e -> of(e);
            case ImageNotFoundException e ->
                StepFailure.of(
                        Kind.BAD_INPUT,
                        message(e),
                        e.platforms().isEmpty()
                                ? "build it in an earlier step, or give a name that can be pulled"
                                : null);
            case BuildxMissingException e -> StepFailure.of(Kind.MACHINE_LACKS, message(e), e.remedy());
            case UnmappedOptionException e -> StepFailure.of(Kind.BAD_INPUT, message(e), e.remedy());
            case BuilderLostException e -> {
                boolean never = e.reason() == BuilderLostException.Reason.UNREACHABLE;
                yield StepFailure.of(never ? Kind.MACHINE_LACKS : Kind.FAILED, message(e), e.remedy())
                        .withRetryable(true);
            }
            case ImageTransferException e ->
                e.getCause() instanceof RegistryException registry
                        ? of(registry)
                        : StepFailure.of(Kind.FAILED, message(e), null).withRetryable(e.retryable());
            default -> throw fault;
        };
    }

    private static StepFailure of(CheckoutException e) {
        Kind kind = switch (e.reason()) {
            case NOT_FOUND, EMPTY, NO_SUCH_REF, AMBIGUOUS_REF, UNSAFE, UNSUPPORTED -> Kind.BAD_INPUT;
            case UNAUTHORIZED, UNKNOWN_HOST_KEY, NETWORK, CORRUPT, STORAGE -> Kind.FAILED;
        };
        String remedy = switch (e.reason()) {
            case UNAUTHORIZED -> "give the step a 'token' or an 'ssh-key' that may read the repository";
            case UNKNOWN_HOST_KEY -> "add the server's key to ~/.ssh/known_hosts, for example with ssh-keyscan";
            case EMPTY -> "make a first commit";
            case NO_SUCH_REF -> "check 'ref'; a commit must be on a branch or tag that the server gives";
            case AMBIGUOUS_REF -> "write more digits of the SHA";
            case NOT_FOUND, UNSAFE, UNSUPPORTED, NETWORK, CORRUPT, STORAGE -> null;
        };
        return StepFailure.of(kind, message(e), remedy).withRetryable(e.retryable());
    }

    private static StepFailure of(RegistryException e) {
        String remedy = switch (e.kind()) {
            case UNAUTHORIZED, DENIED -> "put a login step for " + e.host() + " before this one";
            case NETWORK, UNAVAILABLE -> "check that " + e.host() + " can be reached";
            case TLS -> "trust its certificate with --registry-ca " + e.host() + "=FILE";
            case NOT_FOUND, RATE_LIMITED, INVALID, DIGEST_MISMATCH, SOURCE, CREDENTIALS, CANCELLED -> null;
        };
        return StepFailure.of(Kind.FAILED, message(e), remedy).withRetryable(e.retryable());
    }

    static StepFailure of(BuildFailedException e) {
        BuildFailedException.Failure failure = e.failure();
        Diagnostic diagnostic = e.diagnostic();
        String message = diagnostic == null
                ? message(e) + " (" + failure.vertex() + ")"
                : failure.vertex() + "\n" + diagnostic.render();
        if (e.getCause() instanceof RegistryException registry) {
            StepFailure told = of(registry);
            return new StepFailure(told.kind(), message, told.remedy(), null, told.retryable(), e, place(e));
        }
        return new StepFailure(
                Kind.FAILED,
                message,
                failure.exitCode() == null ? null : remedy(failure.exitCode()),
                failure.exitCode(),
                failure.retryable(),
                e,
                place(e));
    }

    private static Annotation.@Nullable Place place(BuildFailedException e) {
        Span span = e.failure().span();
        return span == null ? null : Annotation.Place.of(span);
    }

    static StepFailure of(BinfmtException e) {
        String remedy = switch (e.reason()) {
            case NOT_MOUNTED -> "load it as root: modprobe binfmt_misc";
            case NOT_PERMITTED -> "run 'runner binfmt' once as root, or start the container with --privileged";
            case REFUSED -> "see 'runner binfmt status', then 'runner binfmt --reset'";
            case NOT_WORKING -> "register it anew: 'reset: true', or 'runner binfmt --reset'";
        };
        return StepFailure.of(Kind.MACHINE_LACKS, message(e), remedy);
    }

    static StepFailure of(EmulatorMissingException e) {
        return StepFailure.of(
                Kind.MACHINE_LACKS, message(e), "install the package qemu-user-static, or write 'install: true'");
    }

    /** What people can do about a process's exit code, where the code tells. */
    static @Nullable String remedy(int exitCode) {
        return switch (exitCode) {
            case 126 -> "the command was found and may not be executed: check its mode and its architecture";
            case 127 -> "a command was not found: check its spelling and PATH";
            case 137 -> "it was killed, most often for want of memory";
            default -> null;
        };
    }

    private static String message(Throwable e) {
        return String.valueOf(e.getMessage());
    }
}
