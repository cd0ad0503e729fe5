package dev.runner.host.emulator;

import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where QEMU's binaries come from: see {@link Origin} for the places, in their order. */
public final class EmulatorFinder {
    /** Where an emulator was found. */
    public enum Origin {
        /** The kernel has it registered, and it works. */
        REGISTERED,
        /** A package of the machine. */
        MACHINE,
        /** Our own folder, from an earlier install. */
        STATE,
        /** Installed now by the system's package manager. */
        INSTALLED,
        /** Taken now from a package, unpacked into our own folder; the machine is unchanged. */
        UNPACKED,
        /** Taken now from an image. */
        IMAGE
    }

    /** @param install whether the system's package manager may install on the machine */
    public record Policy(
            boolean install, boolean download, @Nullable EmulatorImage fetcher, String image) {
        /** The image that is asked when packages have nothing. */
        public static final String DEFAULT_IMAGE = "tonistiigi/binfmt";

        /** Looks only at what the machine has. */
        public static final Policy OFFLINE = new Policy(false, false, null, DEFAULT_IMAGE);
    }

    public record Found(Emulator emulator, Origin origin) {}

    private final Path stateFolder;

    /**
     * @param stateFolder such as {@code ~/.local/share/runner/emulators}
     */
    public EmulatorFinder(Binfmt binfmt, ProcessRunner processes, Path stateFolder, Policy policy) {
        this.stateFolder = stateFolder;
    }

    /**
     * Finds a statically linked emulator.
     *
     * @throws EmulatorMissingException with every place that was tried
     */
    public Found find(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(architecture + " " + stateFolder);
    }
}
