package dev.runner.host.sandbox;

import dev.runner.host.posix.FileKind;
import dev.runner.host.posix.FileStatus;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything of one run is, where nothing can be mounted: what is to be seen over the root is either bound by PRoot
 * or put into the root for as long as the process runs. What must not be written is a copy.
 */
final class PlainLayout implements SandboxRun.Cleaned {
    /** Something to be seen inside under another path. */
    record Bound(Path source, String target) {}

    private final SandboxSpec spec;
    private final RunFolder run;
    private final Path root;
    private final Stubs stubs;
    private final Path devices;
    private final List<String> unmade = new ArrayList<>();
    private String devicesPlace = "/dev";
    private final boolean binds;
    private final List<Bound> bound = new ArrayList<>();
    private final List<Swap> swaps = new ArrayList<>();
    private final List<Path> memory = new ArrayList<>();
    private int counter;

    private PlainLayout(SandboxSpec spec, RunFolder run, Path root, boolean binds) throws IOException {
        this.spec = spec;
        this.run = run;
        this.root = root;
        this.binds = binds;
        this.stubs = Stubs.of(
                new RootFilesystem.Directory(root, false),
                Files.createDirectory(run.path().resolve("stubs")));
        this.devices = Files.createDirectory(run.path().resolve("dev"));
        PosixFiles.chmod(devices, 0755);
    }

    /** @param binds whether paths can be bound; else everything is put into the root */
    static PlainLayout prepare(SandboxSpec spec, Path stateFolder, boolean binds) throws IOException {
        if (!(spec.root() instanceof RootFilesystem.Directory directory) || directory.readOnly()) {
            throw new SandboxException(
                    SandboxException.Reason.UNSUPPORTED,
                    "this sandbox mounts nothing: it needs a folder as root that may be written",
                    null);
        }
        RunFolder run = RunFolder.create(stateFolder);
        PlainLayout layout;
        try {
            layout = new PlainLayout(spec, run, directory.path().toRealPath(), binds);
        } catch (IOException | RuntimeException e) {
            run.close();
            throw e;
        }
        try {
            layout.place();
            return layout;
        } catch (IOException | RuntimeException e) {
            layout.close();
            throw e;
        }
    }

    private void place() throws IOException {
        run.limit(spec.limits());
        fillDevices();
        if (binds) {
            for (String folder : List.of("/proc", "/sys")) {
                bound.add(new Bound(Path.of(folder), stubs.prepare(folder, true)));
            }
        }
        put(devices, "/dev", true);
        if (binds) {
            // The machine's own only where none can be made: a bound name can be deleted by whoever may delete the
            // machine's.
            for (String device : unmade) {
                bound.add(new Bound(Path.of("/dev", device), "/dev/" + device));
            }
        }
        text("/etc/resolv.conf", Layout.resolvers());
        text("/etc/hosts", Layout.hosts(spec));
        for (SandboxMount mount : spec.mounts()) {
            place(mount);
        }
    }

    private void fillDevices() throws IOException {
        for (String device : List.of("null:1:3", "zero:1:5", "full:1:7", "random:1:8", "urandom:1:9", "tty:5:0")) {
            String[] fields = device.split(":");
            Path file = devices.resolve(fields[0]);
            FileStatus.Device number = new FileStatus.Device(Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
            if (!made(file, number)) {
                unmade.add(fields[0]);
                Files.createFile(file);
                PosixFiles.chmod(file, 0666);
            }
        }
        for (String link : List.of(
                "fd:/proc/self/fd", "stdin:/proc/self/fd/0", "stdout:/proc/self/fd/1", "stderr:/proc/self/fd/2")) {
            String[] fields = link.split(":");
            PosixFiles.symlink(fields[1], devices.resolve(fields[0]));
        }
        for (String folder : List.of("shm", "mqueue", "pts")) {
            PosixFiles.chmod(Files.createDirectory(devices.resolve(folder)), folder.equals("pts") ? 0755 : 01777);
        }
    }

    /** A container's root may make the usual devices; in a user namespace and for others they are plain files. */
    private static boolean made(Path file, FileStatus.Device number) {
        try {
            PosixFiles.mknod(file, FileKind.CHARACTER_DEVICE, 0666, number);
            PosixFiles.chmod(file, 0666);
            Files.newOutputStream(file).close();
            return true;
        } catch (IOException e) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            return false;
        }
    }

    private void text(String target, String text) throws IOException {
        if (spec.mounts().stream().anyMatch(mount -> mount.target().equals(target))) {
            return;
        }
        Path file = run.path().resolve("f" + counter++);
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        PosixFiles.chmod(file, 0644);
        put(file, target, false);
    }

    private void place(SandboxMount mount) throws IOException {
        switch (mount) {
            case SandboxMount.Bind bind -> bind(bind);
            case SandboxMount.Device device -> bind(new SandboxMount.Bind(device.source(), device.target(), false));
            case SandboxMount.Tmpfs tmpfs -> {
                Path folder = Files.createDirectory(run.path().resolve("m" + counter++));
                PosixFiles.chmod(folder, tmpfs.mode());
                put(folder, tmpfs.target(), true);
            }
            case SandboxMount.Content content -> content(content);
            case SandboxMount.Discarded discarded -> {
                Path copy = discarded.scratch().toRealPath().resolve("copy");
                PlainCopy.copy(discarded.source().toRealPath(), copy);
                put(copy, discarded.target(), Files.isDirectory(copy));
            }
        }
    }

    private void bind(SandboxMount.Bind bind) throws IOException {
        Path source = bind.source().toRealPath();
        boolean folder = Files.isDirectory(source);
        boolean special = !folder && !Files.isRegularFile(source);
        if (!bind.readOnly() && (binds || isOurs(source)) || binds && special) {
            put(source, bind.target(), folder);
            return;
        }
        if (!bind.readOnly() || special) {
            throw new SandboxException(
                    SandboxException.Reason.UNSUPPORTED,
                    "the sandbox 'chroot' cannot show " + source + " at " + bind.target()
                            + ": nothing can be mounted here; install proot",
                    null);
        }
        Path copy = run.path().resolve("m" + counter++);
        PlainCopy.copy(source, copy);
        put(copy, bind.target(), folder);
    }

    /** A folder of our own state, such as a cache's, may be moved into the root and back. */
    private boolean isOurs(Path source) {
        Path runs = run.path().getParent();
        Path state = runs == null ? null : runs.getParent();
        if (state == null || !source.startsWith(state)) {
            return false;
        }
        try {
            return Files.getFileStore(source).equals(Files.getFileStore(root));
        } catch (IOException e) {
            return false; // a mount that is not listed, as in a changed root
        }
    }

    /**
     * Secrets go to memory where there is a folder in memory, and are wiped; all places are known to the sweep before
     * they are used, for this program may be killed.
     */
    private void content(SandboxMount.Content content) throws IOException {
        Path folder = binds ? MemoryFolder.create(run.path()) : Files.createTempDirectory(run.path(), "s");
        Path file = folder.resolve("content");
        memory.add(file);
        run.rememberSecret(file);
        if (!binds) {
            run.rememberSecret(root.resolve(resolved(content.target()).substring(1)));
        }
        Files.createFile(file);
        PosixFiles.chmod(file, 0600);
        Files.write(file, content.bytes());
        PosixFiles.tryLchown(file, content.uid(), content.gid());
        PosixFiles.chmod(file, content.mode() | 0400);
        put(file, content.target(), false);
    }

    private void put(Path source, String target, boolean folder) throws IOException {
        if (target.startsWith("/dev/")) {
            putDevice(source, target, folder);
            return;
        }
        String resolved = stubs.prepare(target, folder);
        if (binds) {
            bound.add(new Bound(source, resolved));
        } else {
            swap(source, resolved);
            devicesPlace = source.equals(devices) ? resolved : devicesPlace;
        }
    }

    private void putDevice(Path source, String target, boolean folder) throws IOException {
        String name = target.substring("/dev/".length());
        if (!binds) {
            // The folder of devices is in the root by now, where the image's /dev leads.
            swap(source, devicesPlace + "/" + name);
            return;
        }
        Path place = devices.resolve(name);
        Files.createDirectories(place.getParent());
        if (folder) {
            Files.createDirectories(place);
        } else if (!Files.exists(place)) {
            Files.createFile(place);
        }
        bound.add(new Bound(source, target));
    }

    /** @param place without symbolic links */
    private void swap(Path source, String place) throws IOException {
        swaps.add(Swap.in(source, root, root.resolve(place.substring(1)).normalize(), run.path()));
    }

    /** A path inside without symbolic links. */
    String resolved(String path) throws IOException {
        return "/"
                + String.join("/", new MergedView(List.of(root)).resolve(path).path());
    }

    List<Bound> bound() {
        return List.copyOf(bound);
    }

    Path root() {
        return root;
    }

    @Override
    public ControlGroup limited() {
        return run.limited();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public String setUpLog() {
        return "";
    }

    @Override
    public void close() throws IOException {
        try {
            Processes.endAllIn(root);
            for (Swap swap : swaps.reversed()) {
                swap.out();
            }
            for (Path file : memory) {
                MemoryFolder.wipe(file);
            }
            stubs.clean();
        } finally {
            run.close();
        }
    }
}
