package dev.runner.host.sandbox;

import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.Emulators;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program that a process is to start, looked at before. The kernel only says "exec format error", each runtime in
 * words of its own, and where the C library starts programs it tries a shell on what the kernel refuses: a binary of
 * another architecture would end as a syntax error of that shell.
 */
final class ProgramFile {
    private static final int HEADER = 256;

    private final SandboxSpec spec;
    private final MergedView view;
    private final ProcessRunner processes;

    private ProgramFile(SandboxSpec spec, MergedView view, ProcessRunner processes) {
        this.spec = spec;
        this.view = view;
        this.processes = processes;
    }

    /** @throws SandboxException when it is certain that the program cannot be started, with what mends it */
    static void check(SandboxSpec spec, ProcessRunner processes) throws IOException {
        List<Path> layers = new ArrayList<>();
        switch (spec.root()) {
            case RootFilesystem.Overlay overlay -> {
                layers.add(overlay.upper());
                layers.addAll(overlay.lowers());
            }
            case RootFilesystem.Directory directory -> layers.add(directory.path());
        }
        ProgramFile program = new ProgramFile(spec, new MergedView(layers), processes);
        String path = program.path();
        if (path != null) {
            program.check(path, path);
        }
    }

    /** Null when it is not in the root: then it is in a mount, or whoever starts it says that it is missing. */
    private @Nullable String path() throws IOException {
        SandboxProcess process = spec.process();
        String name = process.argv().getFirst();
        List<String> folders = name.contains("/")
                ? List.of(name.startsWith("/") ? "" : process.workingDirectory())
                : List.of(process.environment().getOrDefault("PATH", "").split(":"));
        for (String folder : folders) {
            String path = folder + "/" + name;
            if (spec.mounts().stream().anyMatch(mount -> path.startsWith(mount.target()))) {
                return null;
            }
            Path file = view.file(path);
            if (file != null && Files.isExecutable(file) && !Files.isDirectory(file)) {
                return path.replaceFirst("^/+", "/");
            }
        }
        return null;
    }

    private void check(String path, String started) throws IOException {
        Path file = view.file(path);
        byte[] header = file == null || !Files.isReadable(file) ? null : header(file);
        if (header == null) {
            return;
        }
        String text = new String(header, StandardCharsets.ISO_8859_1);
        if (text.startsWith("#!")) {
            checkInterpreter(path, text);
        } else if (text.startsWith("\177ELF")) {
            checkArchitecture(path, started, Emulators.ofProgram(header));
        } else if (!othersRegistered()) {
            throw new SandboxException(
                    SandboxException.Reason.WRONG_ARCHITECTURE,
                    "exec format error: " + path + " is neither a program nor a script that names its interpreter;"
                            + " let it begin with a line such as #!/bin/sh, or run it by `RUN sh " + path + "`",
                    null);
        }
    }

    private void checkInterpreter(String script, String text) throws IOException {
        // As the kernel reads it: a carriage return is part of the name.
        String line = text.substring(2).split("\n", 2)[0];
        String interpreter = line.replaceFirst("^[ \t]+", "").split("[ \t]", 2)[0];
        if (!interpreter.startsWith("/") || spec.mounts().stream().anyMatch(m -> interpreter.startsWith(m.target()))) {
            return;
        }
        if (view.file(interpreter) == null) {
            String carriage = line.endsWith("\r")
                    ? "; its lines end as on Windows, which makes the interpreter's name another"
                    : "";
            throw new SandboxException(
                    SandboxException.Reason.NOT_FOUND,
                    script + ": its interpreter " + interpreter.strip() + " is not in the image" + carriage,
                    null);
        }
        check(interpreter, script);
    }

    private void checkArchitecture(String path, String started, @Nullable EmulatedArchitecture architecture)
            throws IOException {
        if (architecture == null || runs(architecture)) {
            return;
        }
        String which = path.equals(started) ? path : path + ", the interpreter of " + started + ",";
        throw new SandboxException(
                SandboxException.Reason.WRONG_ARCHITECTURE,
                "exec format error: " + which + " is a program for linux/" + architecture.platformName()
                        + ", and this step runs on " + spec.target().platform() + "; build for that platform"
                        + " (--platform), or register an emulator: `runner binfmt " + architecture.platformName() + "`",
                null);
    }

    private boolean runs(EmulatedArchitecture architecture) throws IOException {
        Emulator emulator = spec.target().emulator();
        Platform own = Platform.linux(architecture.platformName(), "");
        if (own.architecture().equals(spec.target().platform().architecture())) {
            // Whoever chose this sandbox for the platform has seen its programs run.
            return true;
        }
        if (Emulators.runsNatively(own) || emulator != null && emulator.architecture() == architecture) {
            return true;
        }
        try {
            return new Binfmt(Binfmt.ROOT, processes).verify(architecture);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a program was looked at");
        }
    }

    /** Whether the kernel was told of formats that are not ELF, such as a Java archive. */
    private static boolean othersRegistered() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Binfmt.ROOT)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.startsWith("qemu-") && !name.equals("register") && !name.equals("status")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte @Nullable [] header(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEADER);
        } catch (IOException e) {
            // Not for us to read: the kernel decides.
            return null;
        }
    }
}
