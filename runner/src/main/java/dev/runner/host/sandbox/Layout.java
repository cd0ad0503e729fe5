package dev.runner.host.sandbox;

import dev.runner.host.posix.MemoryFile;
import dev.runner.host.posix.PosixFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where everything of one run is, and the shell lines that put it there. They run in a mount namespace of their own,
 * and with it all they made goes away, however it ends. Bytes that must not reach a disk (the process's environment,
 * contents of secrets) travel from memory of this program to a tmpfs in there.
 */
final class Layout implements SandboxRun.Cleaned {
    /** Something to be mounted into the root. */
    record Placed(Path source, String target, boolean readOnly, boolean folder, boolean device) {}

    private final SandboxSpec spec;
    private final RunFolder run;
    private final Path memory;
    private final Stubs stubs;
    private final List<Placed> placed = new ArrayList<>();
    private final List<MemoryFile> memoryFiles = new ArrayList<>();
    private final MountTable first = new MountTable(Path.of("/"));
    private final List<String> fill = new ArrayList<>();
    private final Map<ControlGroup.Folder, Path> reachable = new HashMap<>();
    private int counter;

    private Layout(SandboxSpec spec, RunFolder run) throws IOException {
        this.spec = spec;
        this.run = run;
        this.memory = run.path().resolve("memory");
        Path stubLayer = run.path().resolve("stubs");
        PosixFiles.mkdir(stubLayer, 0755);
        this.stubs = Stubs.of(spec.root(), stubLayer);
    }

    static Layout prepare(SandboxSpec spec, Path stateFolder) throws IOException {
        RunFolder run = RunFolder.create(stateFolder);
        Layout layout;
        try {
            layout = new Layout(spec, run);
        } catch (IOException | RuntimeException e) {
            run.close();
            throw e;
        }
        try {
            layout.place();
        } catch (IOException | RuntimeException e) {
            layout.close();
            throw e;
        }
        return layout;
    }

    private void place() throws IOException {
        run.limit(spec.limits());
        Files.createDirectory(memory);
        first.addOutside("runner", memory, "tmpfs", "mode=0711,nosuid");
        for (String folder : List.of("/proc", "/dev", "/sys")) {
            stubs.prepare(folder, true);
        }
        bindFile("/etc/resolv.conf", resolvers());
        bindFile("/etc/hosts", hosts(spec));
        for (SandboxMount mount : spec.mounts()) {
            place(mount);
        }
        mountRoot();
    }

    private void mountRoot() throws IOException {
        switch (spec.root()) {
            case RootFilesystem.Overlay overlay -> {
                PosixFiles.mkdir(run.path().resolve("root"), 0755);
                List<Path> lowers = new ArrayList<>(overlay.lowers());
                lowers.add(run.path().resolve("stubs"));
                overlayMount(lowers, overlay.upper(), overlay.work(), run.path().resolve("root"));
            }
            case RootFilesystem.Directory directory -> {
                String access = directory.readOnly() ? "bind,nodev,ro" : "bind,nodev";
                first.addOutside(root().toString(), root(), "none", access);
            }
        }
    }

    /**
     * Folders go in by short names: all options together must fit one page, and a folder's name may hold the
     * characters that separate them. Volatile leaves out syncing: after a crash of the machine nobody uses the upper.
     */
    private void overlayMount(List<Path> lowers, Path upper, Path work, Path target) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path lower : lowers) {
            names.add(shortName(lower));
        }
        String options = "lowerdir=" + String.join(":", names) + ",upperdir=" + shortName(upper) + ",workdir="
                + shortName(work) + (Kernel.inUserNamespace() ? ",userxattr" : ",redirect_dir=off,metacopy=off")
                + ",index=off,nodev";
        first.addOutside("overlay", target, "overlay", options + (Kernel.isAtLeast(5, 10) ? ",volatile" : ""));
    }

    private String shortName(Path path) throws IOException {
        String name = Integer.toString(counter++, Character.MAX_RADIX);
        PosixFiles.symlink(path.toRealPath().toString(), run.path().resolve(name));
        return name;
    }

    private void place(SandboxMount mount) throws IOException {
        switch (mount) {
            case SandboxMount.Bind bind -> {
                Path source = bind.source().toRealPath();
                add(source, bind.target(), bind.readOnly(), Files.isDirectory(source));
            }
            case SandboxMount.Device device -> {
                Path source = device.source().toRealPath();
                boolean folder = Files.isDirectory(source);
                placed.add(new Placed(source, stubs.prepare(device.target(), folder), false, folder, true));
            }
            case SandboxMount.Tmpfs tmpfs -> {
                List<String> options =
                        new ArrayList<>(List.of("nosuid", "nodev", "mode=" + Integer.toOctalString(tmpfs.mode())));
                if (tmpfs.sizeBytes() > 0) {
                    options.add("size=" + tmpfs.sizeBytes());
                }
                // Not left to the runtime: runc gives it the mode of the folder that is there already.
                Path folder = Files.createDirectory(run.path().resolve("m" + counter++));
                first.addOutside("tmpfs", folder, "tmpfs", String.join(",", options));
                add(folder, tmpfs.target(), false, true);
            }
            case SandboxMount.Content content -> {
                Path file = inMemory(content.bytes());
                if (content.uid() != 0 || content.gid() != 0) {
                    fill.add(Shell.line(List.of(Shell.tool("chown"), content.uid() + ":" + content.gid(), file)));
                }
                fill.add(Shell.line(List.of(Shell.tool("chmod"), Integer.toOctalString(content.mode()), file)));
                add(file, content.target(), true, false);
            }
            case SandboxMount.Discarded discarded -> discarded(discarded);
        }
    }

    private void discarded(SandboxMount.Discarded mount) throws IOException {
        Path source = mount.source().toRealPath();
        Path scratch = mount.scratch().toRealPath();
        if (!Files.isDirectory(source)) {
            Path copy = scratch.resolve("file");
            PosixFiles.copyContent(source, copy);
            PosixFiles.chmod(copy, PosixFiles.lstat(source).mode());
            add(copy, mount.target(), false, false);
            return;
        }
        if (spec.root() instanceof RootFilesystem.Directory) {
            // No overlay can be mounted here, or the root would be one.
            Path copy = scratch.resolve("copy");
            PlainCopy.copy(source, copy);
            add(copy, mount.target(), false, true);
            return;
        }
        Path upper = Files.createDirectory(scratch.resolve("upper"));
        Path work = Files.createDirectory(scratch.resolve("work"));
        PosixFiles.chmod(upper, PosixFiles.lstat(source).mode());
        PosixFiles.lchown(
                upper, PosixFiles.lstat(source).uid(), PosixFiles.lstat(source).gid());
        Path merged = Files.createDirectory(run.path().resolve("m" + counter++));
        overlayMount(List.of(source), upper, work, merged);
        add(merged, mount.target(), false, true);
    }

    private void add(Path source, String target, boolean readOnly, boolean folder) throws IOException {
        placed.add(new Placed(source, stubs.prepare(target, folder), readOnly, folder, false));
    }

    private void bindFile(String target, String text) throws IOException {
        if (spec.mounts().stream().anyMatch(mount -> mount.target().equals(target))) {
            return;
        }
        Path file = run.path().resolve("f" + counter++);
        Files.writeString(file, text);
        PosixFiles.chmod(file, 0644);
        add(file, target, true, false);
    }

    static String resolvers() throws IOException {
        Path own = Path.of("/etc/resolv.conf");
        return Files.isReadable(own) ? Files.readString(own, StandardCharsets.ISO_8859_1) : "";
    }

    static String hosts(SandboxSpec spec) {
        StringBuilder hosts = new StringBuilder(
                "127.0.0.1\tlocalhost " + spec.network().hostname() + "\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        for (ExtraHost host : spec.network().extraHosts()) {
            hosts.append(host.address()).append('\t').append(host.name()).append('\n');
        }
        return hosts.toString();
    }

    /** Brings bytes into the sandbox's own tmpfs by the script; their path there. */
    Path inMemory(byte[] content) {
        return inMemory("c" + counter++, content);
    }

    /** As {@link #inMemory(byte[])}, under a name. */
    Path inMemory(String name, byte[] content) {
        fill.add("printf " + Shell.printed(content) + " >memory/" + name);
        return memory.resolve(name);
    }

    /** What is mounted before all else, in one call. */
    MountTable first() {
        return first;
    }

    /** Makes all this; to it each kind of sandbox adds its own lines. */
    List<String> script() throws IOException {
        List<String> script = new ArrayList<>(List.of("set -e", "exec 3>&2 2>" + Shell.quote(log())));
        script.add("cd " + Shell.quote(run.path()));
        script.add(first.mountAll(Shell.tool("mount"), this));
        script.add("umask 022");
        script.addAll(fill);
        return script;
    }

    /** Where a shell can read a script: as it holds secrets it is no argument, which every user could see. */
    Path inMemory(String script) throws IOException {
        MemoryFile file = MemoryFile.of(script.getBytes(StandardCharsets.UTF_8));
        memoryFiles.add(file);
        return file.path();
    }

    List<Placed> placed() {
        return List.copyOf(placed);
    }

    Path folder() {
        return run.path();
    }

    /** A folder in memory, seen only by the sandbox's own set-up. */
    Path memory() {
        return memory;
    }

    Path root() {
        return switch (spec.root()) {
            case RootFilesystem.Overlay _ -> run.path().resolve("root");
            case RootFilesystem.Directory directory -> directory.path().toAbsolutePath();
        };
    }

    String controlGroup() {
        return run.controlGroup();
    }

    @Override
    public ControlGroup limited() {
        return run.limited();
    }

    /** Hides the machine's control groups from a runtime; those of this run stay {@link #reachable}. */
    void hideControlGroups(String type, String options) throws IOException {
        Path all = Path.of("/sys/fs/cgroup");
        if (!Files.isDirectory(all)) {
            return;
        }
        int number = 0;
        for (ControlGroup.Folder folder : limited().folders()) {
            Path shown = Files.createDirectory(run.path().resolve("g" + number++));
            first.addOutside(folder.path().toString(), shown, "none", "bind");
            reachable.put(folder, shown);
        }
        // A source of our own: mount passes over what it takes for mounted already.
        first.addOutside("runner", all, type, options + ",nosuid,nodev,noexec");
    }

    /** Where a control group of this run is found by what runs after the mounts. */
    Path reachable(ControlGroup.Folder folder) {
        return reachable.getOrDefault(folder, folder.path());
    }

    @Override
    public boolean isReady() {
        return Files.exists(ready());
    }

    @Override
    public String setUpLog() throws IOException {
        return Files.exists(log()) ? Files.readString(log(), StandardCharsets.ISO_8859_1) : "";
    }

    Path log() {
        return run.path().resolve("log");
    }

    /** Exists from when the set-up is done. */
    Path ready() {
        return run.path().resolve("ready");
    }

    @Override
    public void close() throws IOException {
        for (MemoryFile file : memoryFiles) {
            file.close();
        }
        try {
            stubs.clean();
            if (spec.root() instanceof RootFilesystem.Overlay overlay) {
                PosixFiles.deleteTree(overlay.work().resolve("work"));
                PosixFiles.deleteTree(overlay.work().resolve("index"));
            }
        } finally {
            run.close();
        }
    }
}
