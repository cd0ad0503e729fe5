package dev.runner.build.buildkit;

/** This machine has no Buildx. */
public final class BuildxMissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BuildxMissingException(String searched) {
        super("the buildkit engine needs Buildx, and there is no docker-buildx in " + searched);
    }

    /** The command that mends it. */
    public String remedy() {
        return "install it (apt-get install docker-buildx, or docker-buildx-plugin of Docker's own packages), name the"
                + " program in RUNNER_BUILDX, or build with '--engine embedded', which needs nothing";
    }
}
