package dev.runner.step;

import dev.runner.build.Checker;
import dev.runner.build.Contexts;
import dev.runner.build.Engine;
import dev.runner.build.Engines;
import dev.runner.build.Images;
import dev.runner.checkout.Checkout;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.process.ProcessRunner;
import dev.runner.registry.RegistryClient;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What steps work with; shared by all jobs of a run and closed by whoever made them.
 *
 * @param images the store that the engine builds into
 * @param registry asked with the credentials of the services
 */
public record Tools(
        ProcessRunner processes,
        Checkout checkout,
        Building building,
        Images images,
        RegistryClient registry,
        Emulation emulation,
        RunServices services) {
    /** The same with other images. */
    Tools withImages(Images other) {
        return new Tools(processes, checkout, building, other, registry, emulation, services);
    }

    /**
     * What the build step needs.
     *
     * @param engines by what a step asks for
     * @param checker of the build checks
     * @param contexts brings contexts that are no folder of the workspace
     */
    public record Building(Engines engines, Checker checker, Contexts contexts) {
        /** With one engine for all. */
        public Building(Engine engine, Checker checker, Contexts contexts) {
            this(Engines.only(engine), checker, contexts);
        }

        /** The engine of builds that ask for none. */
        public Engine engine() {
            return engines.engine();
        }
    }

    /**
     * What the binfmt step needs.
     *
     * @param finders makes a finder that may or may not install packages on the machine
     * @param registering two jobs that register at once would undo each other's work
     */
    public record Emulation(Binfmt binfmt, Finders finders, Lock registering) {
        public Emulation(Binfmt binfmt, Finders finders) {
            this(binfmt, finders, new ReentrantLock());
        }
    }

    /** Makes finders of emulators. */
    @FunctionalInterface
    public interface Finders {
        /** @param install whether the system's package manager may install */
        EmulatorFinder finder(boolean install);
    }
}
