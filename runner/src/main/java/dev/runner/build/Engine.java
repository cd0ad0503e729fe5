package dev.runner.build;

import dev.runner.source.InvalidSourceException;

/** Builds images. Safe for several threads; each call is a build of its own, and they share what they can. */
public interface Engine {
    /**
     * Builds what is asked and gives it to every output. When it returns, whether normally or not, no process, mount or
     * half-written file of this build is left. An interrupt cancels it.
     *
     * @param listener hears what happens, from several threads, never at the same time
     * @throws InvalidSourceException for a bad Dockerfile, with every fault, before anything runs
     * @throws BuildFailedException when an instruction, a transfer or an output fails
     */
    BuildResult build(BuildRequest request, BuildListener listener) throws BuildFailedException, InterruptedException;
}
