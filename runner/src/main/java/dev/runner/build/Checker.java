package dev.runner.build;

import dev.runner.dockerfile.CheckFinding;
import java.util.List;

/** Finds what the build checks find in what would be built; runs nothing. */
@FunctionalInterface
public interface Checker {
    /**
     * The findings in the order of the text. Variables of base images are known to the checks where the images can be
     * found.
     *
     * @throws dev.runner.source.InvalidSourceException for a bad Dockerfile
     */
    List<CheckFinding> check(BuildRequest request, BuildListener listener)
            throws BuildFailedException, InterruptedException;
}
