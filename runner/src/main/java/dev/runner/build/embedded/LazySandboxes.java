package dev.runner.build.embedded;

import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.sandbox.Sandbox;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a sandbox when the first step needs one: a build without RUN needs none. Programs that the kernel runs, by
 * itself or by binfmt_misc, run in the best there is; others where an emulator can be handed over.
 */
final class LazySandboxes implements RunWork.Machinery {
    private final Sandboxes sandboxes;
    private final Path folder;
    private static final String PROOT = "proot";

    private final @Nullable String preferred;
    private final Emulation emulation;
    private final Semaphore places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<EmulatedArchitecture, Chosen> foreign = new HashMap<>();
    private @Nullable Chosen own;

    LazySandboxes(Sandboxes sandboxes, Path folder, @Nullable String preferred, Emulation emulation, Semaphore places) {
        this.sandboxes = sandboxes;
        this.folder = folder;
        this.preferred = preferred;
        this.emulation = emulation;
        this.places = places;
    }

    /**
     * What runs programs of other architectures: the kernel, or an emulator that is found.
     *
     * @param memory a folder for what is known to work
     */
    record Emulation(Binfmt binfmt, EmulatorFinder finder, Path memory) {}

    @Override
    public Chosen choose(Platform platform) throws IOException {
        lock.lock();
        try {
            EmulatedArchitecture architecture = architecture(platform);
            if (architecture == null) {
                return own();
            }
            Chosen known = foreign.get(architecture);
            if (known == null) {
                known = emulation.binfmt.works(architecture, emulation.memory)
                        ? byKernel(architecture)
                        : emulated(architecture, preferred);
                foreign.put(architecture, known);
            }
            return known;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** What can only change roots shows no folders: PRoot does, if it is there. */
    @Override
    public Chosen chooseBinding(Platform platform) throws IOException {
        Chosen best = choose(platform);
        if (!best.sandbox().name().equals("chroot")) {
            return best;
        }
        EmulatedArchitecture architecture = architecture(platform);
        try {
            return architecture == null ? new Chosen(sandboxes.choose(PROOT), null) : emulated(architecture, PROOT);
        } catch (SandboxException e) {
            return best;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted while a sandbox was chosen");
        interrupted.initCause(e);
        return interrupted;
    }

    /** What PRoot traces dies of a signal when the kernel, and not PRoot itself, has put an emulator before it. */
    private Chosen byKernel(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        Chosen chosen = own();
        return chosen.sandbox().name().equals(PROOT) ? emulated(architecture, PROOT) : chosen;
    }

    /** Null when the processor runs it, or nobody knows an emulator: then the step itself says what is wrong. */
    private static @Nullable EmulatedArchitecture architecture(Platform platform) {
        try {
            return Emulators.runsNatively(platform) ? null : Emulators.forPlatform(platform);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Chosen own() throws IOException {
        Chosen chosen = own;
        if (chosen == null) {
            Sandboxes.sweep(folder);
            chosen = new Chosen(sandboxes.choose(preferred), null);
            own = chosen;
        }
        return chosen;
    }

    private Chosen emulated(EmulatedArchitecture architecture, @Nullable String kind)
            throws IOException, InterruptedException {
        try {
            Emulator emulator = emulation.finder.find(architecture).emulator();
            Sandboxes.sweep(folder);
            Sandbox sandbox = sandboxes.choose(kind, emulator);
            return new Chosen(sandbox, emulator);
        } catch (EmulatorMissingException | SandboxException e) {
            throw new SandboxException(
                    SandboxException.Reason.WRONG_ARCHITECTURE,
                    "exec format error: no emulator for " + architecture.platformName()
                            + " is registered with the kernel, and none can be handed over: " + e.getMessage()
                            + "; run `runner binfmt` as root, or install proot and qemu-user-static",
                    e);
        }
    }

    @Override
    public Semaphore places() {
        return places;
    }
}
