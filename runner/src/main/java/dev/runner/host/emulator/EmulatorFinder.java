package dev.runner.host.emulator;

import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

    /**
     * How far to go.
     *
     * @param install whether the system's package manager may install on the machine; needs root
     * @param download whether a package may be fetched and unpacked into our own folder
     * @param fetcher pulls images; null when none may be pulled
     */
    public record Policy(
            boolean install, boolean download, @Nullable EmulatorImage fetcher, String image) {
        /** The image that is asked when packages have nothing. */
        public static final String DEFAULT_IMAGE = "tonistiigi/binfmt";

        /** Looks only at what the machine has. */
        public static final Policy OFFLINE = new Policy(false, false, null, DEFAULT_IMAGE);
    }

    public record Found(Emulator emulator, Origin origin) {}

    private final Binfmt binfmt;
    private final ProcessRunner processes;
    private final StateFolder state;
    private final Policy policy;

    /**
     * @param stateFolder such as {@code ~/.local/share/runner/emulators}
     */
    public EmulatorFinder(Binfmt binfmt, ProcessRunner processes, Path stateFolder, Policy policy) {
        this.binfmt = binfmt;
        this.processes = processes;
        this.state = new StateFolder(stateFolder);
        this.policy = policy;
    }

    /**
     * Finds a statically linked emulator.
     *
     * @throws EmulatorMissingException with every place that was tried
     */
    public Found find(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        List<String> tried = new ArrayList<>();
        Found found = registered(architecture, tried);
        if (found == null) {
            found = onMachine(architecture, Origin.MACHINE, tried);
        }
        if (found == null) {
            found = usable(architecture, state.path(architecture), Origin.STATE, tried);
        }
        if (found == null && policy.install()) {
            found = install(architecture, tried);
        }
        if (found == null && policy.download()) {
            found = unpack(architecture, tried);
        }
        if (found == null && policy.fetcher() != null) {
            found = fromImage(architecture, policy.fetcher(), tried);
        }
        if (found == null) {
            throw new EmulatorMissingException(architecture, tried);
        }
        return found;
    }

    private @Nullable Found registered(EmulatedArchitecture architecture, List<String> tried)
            throws IOException, InterruptedException {
        Registration.Entry entry = binfmt.status().of(architecture).entry();
        if (entry == null) {
            tried.add("nothing is registered");
            return null;
        }
        if (!entry.reachesSandboxes() || !entry.interpreterExists() || !binfmt.verify(architecture)) {
            tried.add("the registered entry " + entry.name() + " does not work");
            return null;
        }
        return new Found(new Emulator(architecture, entry.interpreter()), Origin.REGISTERED);
    }

    private static @Nullable Found onMachine(EmulatedArchitecture architecture, Origin origin, List<String> tried)
            throws IOException {
        for (String name : List.of(
                "qemu-" + architecture.qemuName() + "-static",
                "qemu-" + architecture.qemuName(),
                "/usr/libexec/qemu-binfmt/qemu-" + architecture.qemuName())) {
            Path path = Executables.find(name);
            Found found = path == null ? null : usable(architecture, path, origin, tried);
            if (found != null) {
                return found;
            }
        }
        tried.add("no static qemu-" + architecture.qemuName() + " in PATH");
        return null;
    }

    private static @Nullable Found usable(
            EmulatedArchitecture architecture, Path path, Origin origin, List<String> tried) throws IOException {
        if (!Files.isExecutable(path)) {
            return null;
        }
        if (!StateFolder.isStatic(path)) {
            tried.add(path + " is not statically linked");
            return null;
        }
        return new Found(new Emulator(architecture, path), origin);
    }

    private @Nullable Found install(EmulatedArchitecture architecture, List<String> tried)
            throws IOException, InterruptedException {
        PackageManager manager = PackageManager.find(processes);
        if (manager == null) {
            tried.add("no package manager is known here");
            return null;
        }
        String reason = manager.install(architecture);
        if (reason != null) {
            tried.add(reason);
            return null;
        }
        return onMachine(architecture, Origin.INSTALLED, tried);
    }

    private @Nullable Found unpack(EmulatedArchitecture architecture, List<String> tried)
            throws IOException, InterruptedException {
        PackageManager manager = PackageManager.find(processes);
        if (manager == null || !manager.canDownload()) {
            tried.add("no package manager here fetches packages without installing them");
            return null;
        }
        Path folder = temporary();
        try {
            Path deb = manager.download(architecture, folder);
            Path unpacked = deb == null ? null : state.unpack(architecture, deb);
            if (unpacked == null) {
                tried.add("no package with it could be fetched by " + manager.name());
                return null;
            }
            return usable(architecture, unpacked, Origin.UNPACKED, tried);
        } finally {
            PosixFiles.deleteTree(folder);
        }
    }

    private @Nullable Found fromImage(EmulatedArchitecture architecture, EmulatorImage fetcher, List<String> tried)
            throws IOException {
        Path folder = temporary();
        try {
            Path root = fetcher.fetch(policy.image(), Platform.host(), folder);
            String name = "qemu-" + architecture.qemuName();
            Optional<Path> file;
            try (Stream<Path> files = Files.walk(root)) {
                file = files.filter(path ->
                                Files.isRegularFile(path) && (path.endsWith(name) || path.endsWith(name + "-static")))
                        .findFirst();
            }
            if (file.isEmpty()) {
                tried.add("the image " + policy.image() + " has no " + name);
                return null;
            }
            try (InputStream content = Files.newInputStream(file.get())) {
                return usable(architecture, state.adopt(architecture, content), Origin.IMAGE, tried);
            }
        } catch (IOException e) {
            tried.add("the image " + policy.image() + " could not be pulled: " + e.getMessage());
            return null;
        } finally {
            PosixFiles.deleteTree(folder);
        }
    }

    private Path temporary() throws IOException {
        Files.createDirectories(state.folder());
        return Files.createTempDirectory(state.folder(), "fetch");
    }
}
