package dev.runner.step;

import dev.runner.checkout.Checkout;
import dev.runner.checkout.CheckoutListener;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.CheckoutRequest.Scope;
import dev.runner.checkout.CheckoutRequest.Submodules;
import dev.runner.checkout.Commit;
import dev.runner.checkout.GitCredentials;
import dev.runner.checkout.SubmoduleRules;
import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import dev.runner.secret.Secret;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a commit into the workspace and provides the context {@code commit}. */
final class CheckoutStep {
    private final Checkout checkout;
    private final RunServices services;

    CheckoutStep(Checkout checkout, RunServices services) {
        this.checkout = checkout;
        this.services = services;
    }

    StepResult execute(Step.Checkout step, StepContext context) throws InterruptedException {
        CheckoutRequest request = request(step, context);
        context.output().line(Stream.INFO, "checking out " + request.shownRepository() + shownRef(request));
        Commit found = checkout.run(request, listener(context));
        Commit commit = CommitContext.named(found, context.environment());
        context.output()
                .line(
                        Stream.INFO,
                        commit.sha()
                                + (commit.branch() == null ? "" : " on " + commit.branch())
                                + (commit.tag() == null ? "" : ", tag " + commit.tag()));
        context.output().line(Stream.INFO, commit.message().lines().findFirst().orElse(""));
        return StepResult.success()
                .withOutputs(outputs(commit))
                .withContexts(Map.of(CommitContext.NAME, CommitContext.of(commit)));
    }

    private static String shownRef(CheckoutRequest request) {
        return request.ref() == null ? (request.dirty() ? ", working tree as it is" : "") : " at " + request.ref();
    }

    private CheckoutRequest request(Step.Checkout step, StepContext context) {
        var scope = context.scope();
        String repository = text(step.repository(), context);
        String path = text(step.files().path(), context);
        Path workspace = context.workspace();
        Path into = path == null ? workspace : workspace.resolve(path).normalize();
        if (!into.startsWith(workspace)) {
            throw new BadStepException("'path' leads out of the workspace: " + path, "give a folder inside of it");
        }
        String ref = text(step.ref(), context);
        boolean own = repository == null || repository.equals(".");
        boolean dirty = step.files().dirty().isTrue(scope) || (services.dirty() && own && ref == null);
        Step.Checkout.Extent given = step.files().extent();
        Scope extent = new Scope(
                step.history().depth().value(scope),
                step.history().tags().isTrue(scope),
                submodules(text(step.files().submodules(), context)),
                step.files().sparse().texts(scope),
                given != null && given.largeFiles(),
                given == null
                        ? SubmoduleRules.USUAL
                        : new SubmoduleRules(
                                given.submodulePaths(), given.submoduleDepth(), given.newest(), given.https()));
        return new CheckoutRequest(
                repository == null ? "." : repository,
                services.repository(),
                ref,
                into,
                extent,
                credentials(step.access(), context),
                dirty);
    }

    private static Submodules submodules(@Nullable String text) {
        return switch (text == null ? "false" : text) {
            case "false" -> Submodules.NONE;
            case "true" -> Submodules.TRUE;
            case "recursive" -> Submodules.RECURSIVE;
            default -> throw new BadStepException("'submodules' is '" + text + "'", "write true, false or recursive");
        };
    }

    private static GitCredentials credentials(Step.Checkout.Access access, StepContext context) {
        return new GitCredentials(
                text(access.username(), context),
                secret("token", access.token(), context),
                secret("ssh-key", access.sshKey(), context),
                null,
                null,
                access.persistCredentials().isTrue(context.scope()));
    }

    private static @Nullable Secret secret(String name, @Nullable Template template, StepContext context) {
        String value = text(template, context);
        if (value == null) {
            return null;
        }
        context.mask(value);
        return Secret.of(name, value);
    }

    private static @Nullable String text(@Nullable Template template, StepContext context) {
        String text = template == null ? "" : template.text(context.scope());
        return text.isEmpty() ? null : text;
    }

    private static CheckoutListener listener(StepContext context) {
        return new CheckoutListener() {
            private String last = "";

            @Override
            public void progress(String task, int done, int total) {
                String text = task + ": " + (total > 0 ? done * 100L / total / 25 * 25 + "%" : "");
                // Four lines a task at most: logs are read by people.
                if (total > 0 && !text.equals(last)) {
                    last = text;
                    context.output().line(Stream.INFO, text);
                }
            }

            @Override
            public void note(String text) {
                context.output().line(Stream.INFO, "note: " + text);
            }
        };
    }

    private static Map<String, String> outputs(Commit commit) {
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("sha", commit.sha());
        outputs.put("short", commit.shortSha());
        outputs.put("branch", commit.branch() == null ? "" : commit.branch());
        outputs.put("tag", commit.tag() == null ? "" : commit.tag());
        outputs.put("dirty", String.valueOf(commit.dirty()));
        return outputs;
    }
}
