package dev.runner.build;

import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Outline;
import java.util.List;

/**
 * Tells of a Dockerfile what needs no build; runs nothing. What base images say counts where they can be found.
 *
 * <p>Every method throws {@link dev.runner.source.InvalidSourceException} for a bad Dockerfile.
 */
public interface Checker {
    /** What the build checks find, in the order of the text: of every stage, or of those that the target needs. */
    List<CheckFinding> check(BuildRequest request, BuildListener listener)
            throws BuildFailedException, InterruptedException;

    /** What the target takes from outside: arguments, secrets, SSH agents. */
    Outline outline(BuildRequest request, BuildListener listener) throws BuildFailedException, InterruptedException;
}
