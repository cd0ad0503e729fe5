package dev.runner.host.emulator;

import dev.runner.host.process.Command;
import dev.runner.host.process.ProcessResult;
import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The kernel's binfmt_misc: what it has registered, and changes to that. */
public final class Binfmt {
    /** Where the kernel's file system is mounted. */
    public static final Path ROOT = Path.of("/proc/sys/fs/binfmt_misc");

    private static final String ALTERNATIVES = "build for the machine's own platform, let an administrator run `runner"
            + " binfmt` or install the package qemu-user-static, or use the engine buildkit with builders of the"
            + " native architecture";

    private final Path root;
    private final ProcessRunner processes;

    /** @param root {@link #ROOT}, but for tests */
    public Binfmt(Path root, ProcessRunner processes) {
        this.root = root;
        this.processes = processes;
    }

    public BinfmtStatus status() throws IOException {
        boolean mounted = isMounted();
        boolean enabled =
                mounted && Files.readString(root.resolve("status")).strip().equals("enabled");
        boolean writable = mounted && Files.isWritable(root.resolve("register"));
        List<EntryFile> entries = entries();
        List<Registration> registrations = new ArrayList<>();
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            Registration.@Nullable Entry found = null;
            for (EntryFile entry : entries) {
                if (entry.recognises(architecture) && (found == null || !found.reachesSandboxes())) {
                    found = entry.entry();
                }
            }
            registrations.add(new Registration(architecture, Emulators.runsNatively(architecture), found));
        }
        return new BinfmtStatus(mounted, enabled, writable, registrations);
    }

    private boolean isMounted() {
        return Files.exists(root.resolve("register"));
    }

    private List<EntryFile> entries() throws IOException {
        List<EntryFile> entries = new ArrayList<>();
        if (isMounted()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (!name.equals("register") && !name.equals("status")) {
                        entries.add(EntryFile.read(file));
                    }
                }
            }
        }
        return entries;
    }

    /**
     * Registers an emulator with flags OPF; mounts binfmt_misc if it is absent. A working registration is left alone,
     * also another's; a broken one is replaced.
     *
     * @return whether anything was changed
     * @throws BinfmtException when the kernel or the lack of a right forbids it
     */
    public boolean register(Emulator emulator) throws IOException {
        mountIfAbsent();
        enable();
        for (EntryFile entry : entries()) {
            if (!entry.recognises(emulator.architecture())) {
                continue;
            }
            Registration.Entry known = entry.entry();
            if (known.reachesSandboxes() && known.interpreterExists()) {
                return false;
            }
            write(root.resolve(entry.name()), "-1");
        }
        Path sameName = root.resolve(emulator.architecture().entryName());
        if (Files.exists(sameName)) {
            write(sameName, "-1");
        }
        write(root.resolve("register"), registration(emulator));
        return true;
    }

    /** {@code :name:M:offset:magic:mask:interpreter:flags}, bytes written as {@code \xNN}. */
    static String registration(Emulator emulator) throws BinfmtException {
        EmulatedArchitecture architecture = emulator.architecture();
        String interpreter = emulator.interpreter().toString();
        if (interpreter.contains(":") || interpreter.length() > 127) {
            throw new BinfmtException(
                    BinfmtException.Reason.REFUSED,
                    "the kernel takes no interpreter path with a colon or of more than 127 bytes: " + interpreter,
                    null);
        }
        return ":" + architecture.entryName() + ":M:0:" + escaped(Probe.magic(architecture)) + ":"
                + escaped(Probe.mask(architecture)) + ":" + interpreter + ":OPF";
    }

    private static String escaped(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            out.append(String.format("\\x%02x", b));
        }
        return out.toString();
    }

    private void mountIfAbsent() throws IOException {
        if (isMounted()) {
            return;
        }
        try {
            ProcessResult result =
                    processes.run(Command.of("mount", "-t", "binfmt_misc", "binfmt_misc", root.toString()));
            if (!result.succeeded()) {
                throw new BinfmtException(
                        BinfmtException.Reason.NOT_MOUNTED,
                        "binfmt_misc is not mounted and cannot be mounted here ("
                                + result.stderrText().strip() + "); " + ALTERNATIVES,
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while binfmt_misc was mounted");
        }
    }

    private void enable() throws IOException {
        Path status = root.resolve("status");
        if (!Files.readString(status).strip().equals("enabled")) {
            write(status, "1");
        }
    }

    private static void write(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, StandardCharsets.ISO_8859_1, StandardOpenOption.WRITE);
        } catch (java.nio.file.AccessDeniedException e) {
            throw new BinfmtException(
                    BinfmtException.Reason.NOT_PERMITTED,
                    "no right to register emulators with the kernel (" + file + "); " + ALTERNATIVES,
                    e);
        } catch (IOException e) {
            boolean readOnly = String.valueOf(e.getMessage()).contains("Read-only");
            throw new BinfmtException(
                    readOnly ? BinfmtException.Reason.NOT_PERMITTED : BinfmtException.Reason.REFUSED,
                    readOnly
                            ? "the kernel's settings are read-only here, as in an unprivileged container; "
                                    + ALTERNATIVES
                            : "the kernel refused the registration: " + e.getMessage(),
                    e);
        }
    }

    /** Removes every {@code qemu-*} entry; the names of those removed. */
    public List<String> uninstall() throws IOException {
        return uninstall(name -> true);
    }

    /** Removes those {@code qemu-*} entries whose names are meant; the names of those removed. */
    public List<String> uninstall(Predicate<String> which) throws IOException {
        List<String> removed = new ArrayList<>();
        for (EntryFile entry : entries()) {
            if (entry.name().startsWith("qemu-") && which.test(entry.name())) {
                write(root.resolve(entry.name()), "-1");
                removed.add(entry.name());
            }
        }
        return removed;
    }

    /** Removes every {@code qemu-*} entry, then registers these. */
    public void reset(List<Emulator> emulators) throws IOException {
        mountIfAbsent();
        uninstall();
        for (Emulator emulator : emulators) {
            register(emulator);
        }
    }

    /**
     * As {@link #verify}; but what has worked is not tried again until the machine starts anew, or the registration or its
     * interpreter is another.
     *
     * @param memory a folder for notes, made when it is needed
     */
    public boolean works(EmulatedArchitecture architecture, Path memory) throws IOException, InterruptedException {
        String looks = looks(architecture);
        Path note = memory.resolve("works-" + architecture.platformName().replace('/', '-'));
        if (looks != null && Files.exists(note) && Files.readString(note).equals(looks)) {
            return true;
        }
        boolean works = verify(architecture);
        if (works && looks != null) {
            Files.createDirectories(memory);
            Files.writeString(note, looks);
        }
        return works;
    }

    /** What it hangs on whether programs of an architecture run; null where the kernel knows no emulator for them. */
    private @Nullable String looks(EmulatedArchitecture architecture) throws IOException {
        StringBuilder looks = new StringBuilder();
        for (EntryFile entry : entries()) {
            if (entry.recognises(architecture)) {
                looks.append(entry.entry()).append('\n');
                if (Files.exists(entry.interpreter())) {
                    BasicFileAttributes file = Files.readAttributes(entry.interpreter(), BasicFileAttributes.class);
                    looks.append(file.fileKey()).append(' ').append(file.size());
                    looks.append(' ').append(file.lastModifiedTime().toMillis()).append('\n');
                }
            }
        }
        Path boot = Path.of("/proc/sys/kernel/random/boot_id");
        return looks.isEmpty() || Files.notExists(boot) ? null : looks + Files.readString(boot);
    }

    /** Whether a tiny program of that architecture, made on the spot, really runs here. */
    public boolean verify(EmulatedArchitecture architecture) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runner-verify");
        try {
            Path program = folder.resolve("exit-42");
            Probe.write(architecture, program);
            for (int attempt = 0; ; attempt++) {
                int exitCode = processes.run(Command.of(program.toString())).exitCode();
                // 126: could not be executed; also while a child that is just being started holds the file open.
                if (exitCode != 126 || attempt == 2) {
                    return exitCode == Probe.EXIT_CODE;
                }
            }
        } finally {
            dev.runner.host.posix.PosixFiles.deleteTree(folder);
        }
    }
}
