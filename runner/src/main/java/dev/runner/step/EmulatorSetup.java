package dev.runner.step;

import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Emulators;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the emulators that platforms need and registers them with the kernel. */
public final class EmulatorSetup {
    private final Tools.Emulation emulation;

    public EmulatorSetup(Tools.Emulation emulation) {
        this.emulation = emulation;
    }

    /**
     * What is wanted.
     *
     * @param reset whether existing registrations are replaced
     * @param install whether the system's package manager may install
     * @param all whether platforms without an emulator are left out; otherwise they are a fault
     */
    public record Wish(List<Platform> platforms, boolean reset, boolean install, boolean all) {
        public Wish {
            platforms = List.copyOf(platforms);
        }
    }

    /** How a platform's programs run, in words. */
    public record Row(Platform platform, String how, String state) {
        /** Whether its programs run. */
        public boolean works() {
            return !state.endsWith("does not work");
        }
    }

    /**
     * How the platforms stand.
     *
     * @param refused why the kernel takes no registrations from this user; empty when it does
     */
    public record Outcome(List<Row> rows, String refused) {
        public Outcome {
            rows = List.copyOf(rows);
        }

        /** What to say to people when the kernel refuses; null when it does not. */
        public @Nullable String warning() {
            return refused.isEmpty()
                    ? null
                    : "emulators cannot be registered with the kernel here (" + refused
                            + "); builds and 'runner run' pass them to the sandbox instead, other programs of a"
                            + " foreign architecture will not start";
        }
    }

    /**
     * Does it, one job at a time.
     *
     * @throws EmulatorMissingException when there is none for a platform
     * @throws BinfmtException when the kernel takes no registration for another reason than who we are
     */
    public Outcome set(Wish wish) throws IOException, InterruptedException {
        for (Platform platform : wish.platforms()) {
            if (!platform.os().equals("linux")) {
                throw new BadStepException("no emulator runs " + platform, "only Linux platforms can be emulated");
            }
        }
        emulation.registering().lockInterruptibly();
        try {
            return register(wish);
        } finally {
            emulation.registering().unlock();
        }
    }

    private Outcome register(Wish wish) throws IOException, InterruptedException {
        Binfmt binfmt = emulation.binfmt();
        EmulatorFinder finder = emulation.finders().finder(wish.install());
        BinfmtStatus before = binfmt.status();
        Map<Platform, EmulatorFinder.Found> found = new LinkedHashMap<>();
        List<Platform> platforms = new ArrayList<>();
        boolean gone = false;
        for (Platform platform : wish.platforms()) {
            if (!Emulators.runsNatively(platform)) {
                EmulatedArchitecture architecture = architecture(platform);
                if (wish.reset() || !before.of(architecture).usable()) {
                    // A search may ask package managers and registries: who lacks one emulator lacks the rest, too.
                    EmulatorFinder.Found one = gone ? null : find(finder, architecture, wish.all());
                    gone = one == null;
                    if (one == null) {
                        continue;
                    }
                    found.put(platform, one);
                }
            }
            platforms.add(platform);
        }
        String refused = apply(binfmt, wish.reset(), found);
        List<Row> rows = new ArrayList<>();
        for (Platform platform : platforms) {
            rows.add(row(platform, found.get(platform), before, refused, binfmt));
        }
        return new Outcome(rows, refused);
    }

    private static EmulatorFinder.@Nullable Found find(
            EmulatorFinder finder, EmulatedArchitecture architecture, boolean optional)
            throws IOException, InterruptedException {
        try {
            return finder.find(architecture);
        } catch (EmulatorMissingException e) {
            if (optional) {
                return null;
            }
            throw e;
        }
    }

    private static EmulatedArchitecture architecture(Platform platform) {
        try {
            return Emulators.forPlatform(platform);
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }

    /** Registers; the text says why this user may not, and is empty otherwise. */
    private static String apply(Binfmt binfmt, boolean reset, Map<Platform, EmulatorFinder.Found> found)
            throws IOException {
        List<Emulator> emulators = found.values().stream()
                .map(EmulatorFinder.Found::emulator)
                .distinct()
                .toList();
        try {
            if (reset) {
                binfmt.reset(emulators);
            } else {
                for (Emulator emulator : emulators) {
                    binfmt.register(emulator);
                }
            }
            return "";
        } catch (BinfmtException e) {
            if (e.reason() == BinfmtException.Reason.NOT_PERMITTED
                    || e.reason() == BinfmtException.Reason.NOT_MOUNTED) {
                return String.valueOf(e.getMessage());
            }
            throw e;
        }
    }

    private static Row row(
            Platform platform, EmulatorFinder.@Nullable Found found, BinfmtStatus before, String refused, Binfmt binfmt)
            throws IOException, InterruptedException {
        if (Emulators.runsNatively(platform)) {
            return new Row(platform, "-", "runs natively");
        }
        EmulatedArchitecture architecture = architecture(platform);
        if (found != null && !refused.isEmpty()) {
            return new Row(platform, found.emulator().interpreter().toString(), "not registered, for sandboxes only");
        }
        if (!binfmt.verify(architecture)) {
            return new Row(platform, "qemu-" + architecture.qemuName(), "registered, but does not work");
        }
        if (found != null) {
            return new Row(platform, found.emulator().interpreter().toString(), "registered now");
        }
        var entry = before.of(architecture).entry();
        return new Row(platform, entry == null ? "-" : entry.interpreter().toString(), "was registered");
    }
}
