package dev.runner.step;

import dev.runner.build.BuildContext;
import dev.runner.checkout.Checkout;
import dev.runner.checkout.CheckoutListener;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.schedule.StepContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The folder that a build's context names: one of the workspace, or one of a Git repository, written
 * {@code URL#REF:FOLDER} as {@code docker build} takes it.
 */
final class BuildContexts {
    private static final Pattern GIT =
            Pattern.compile("(?:git|ssh|file)://.*|(?:https?://.*\\.git(?:#.*)?)|git@[^/]+:.*");

    private final Checkout checkout;

    BuildContexts(Checkout checkout) {
        this.checkout = checkout;
    }

    BuildContext of(String text, StepContext context) throws InterruptedException {
        if (GIT.matcher(text).matches()) {
            return git(text, context);
        }
        if (text.contains("://")) {
            throw new BadStepException(
                    "a build context is a folder or a Git repository, and '" + text + "' is neither",
                    "end a Git URL with .git, or fetch the archive in a run step");
        }
        Path folder = context.workspace().resolve(text).normalize();
        if (!Files.isDirectory(folder)) {
            throw new BadStepException(
                    "the build context '" + text + "' is not there", "put a checkout step before, or check 'context'");
        }
        return new BuildContext.Directory(folder);
    }

    private BuildContext git(String text, StepContext context) throws InterruptedException {
        int hash = text.indexOf('#');
        String fragment = hash < 0 ? "" : text.substring(hash + 1);
        int colon = fragment.indexOf(':');
        String ref = colon < 0 ? fragment : fragment.substring(0, colon);
        Path into = context.temporary().resolve("context");
        CheckoutRequest request = CheckoutRequest.of(hash < 0 ? text : text.substring(0, hash), into)
                .withRef(ref.isEmpty() ? null : ref);
        checkout.run(request, CheckoutListener.SILENT);
        Path folder =
                colon < 0 ? into : into.resolve(fragment.substring(colon + 1)).normalize();
        if (!folder.startsWith(into) || !Files.isDirectory(folder)) {
            throw new BadStepException("the repository has no folder '" + fragment.substring(colon + 1) + "'", null);
        }
        return new BuildContext.Directory(folder);
    }
}
