package dev.runner.host.emulator;

import dev.runner.oci.Platform;

/** Which emulator a platform needs. */
public final class Emulators {
    private Emulators() {}

    /**
     * The architecture that runs a platform's programs.
     *
     * @throws IllegalArgumentException with a message for people when no emulator exists for it
     */
    public static EmulatedArchitecture forPlatform(Platform platform) {
        throw new UnsupportedOperationException(platform.toString());
    }

    /** Whether this machine's CPU and kernel run a platform's programs without help. */
    public static boolean runsNatively(Platform platform) {
        throw new UnsupportedOperationException(platform.toString());
    }
}
