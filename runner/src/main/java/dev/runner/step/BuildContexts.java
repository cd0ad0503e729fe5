package dev.runner.step;

import dev.runner.build.BuildContext;
import dev.runner.build.GitAddress;
import dev.runner.checkout.Checkout;
import dev.runner.schedule.StepContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The folder that a build's context names: one of the workspace, or one of a Git repository, written
 * {@code URL#REF:FOLDER} as {@code docker build} takes it.
 */
final class BuildContexts {
    private static final Pattern GIT =
            Pattern.compile("(?:git|ssh|file)://.*|(?:https?://[^?#]*\\.git(?:[?#].*)?)|git@[^/]+:.*");

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
        Path into = context.temporary().resolve("context");
        try {
            GitAddress address = GitAddress.parse(text);
            String sha = new GitSources(checkout).fetch(address, into, null).sha();
            Path folder = into.resolve(address.folder());
            if (!Files.isDirectory(folder) || !folder.toRealPath().startsWith(into.toRealPath())) {
                throw new BadStepException("the repository has no folder '" + address.folder() + "'", null);
            }
            BuildContext.Origin origin = new BuildContext.Origin(address.shown(), Map.of("sha1", sha));
            return new BuildContext.Directory(folder.toRealPath(), origin);
        } catch (IllegalArgumentException | IOException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }
}
