package dev.runner.build.embedded;

import dev.runner.build.BuildSecret;
import dev.runner.build.SshAgent;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.MountFrom;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.dockerfile.Heredoc;
import dev.runner.dockerfile.Mount;
import dev.runner.host.sandbox.SandboxMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prepares what {@code RUN --mount} asks for. */
final class RunMounts {
    private final Store store;
    private final Layers layers;
    private final Tasks tasks;
    private final CacheFolders caches;
    private final List<BuildSecret> secrets;
    private final List<SshAgent> agents;
    private final @Nullable CacheMountImage remote;

    RunMounts(
            Store store,
            Layers layers,
            Tasks tasks,
            CacheFolders caches,
            List<BuildSecret> secrets,
            List<SshAgent> agents,
            @Nullable CacheMountImage remote) {
        this.store = store;
        this.layers = layers;
        this.tasks = tasks;
        this.caches = caches;
        this.secrets = secrets;
        this.agents = agents;
        this.remote = remote;
    }

    /** Mounts and variables of one step; closing it gives cache folders back. */
    record Prepared(List<SandboxMount> mounts, Map<String, String> environment, List<CacheFolders.Lease> leases)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            for (CacheFolders.Lease lease : leases) {
                lease.close();
            }
        }
    }

    Prepared prepare(Vertex.Run run, RunWork.Finder finder) throws Exception {
        Prepared prepared = new Prepared(new ArrayList<>(), new HashMap<>(), new ArrayList<>());
        try {
            for (MountFrom mount : run.mounts) {
                add(mount, run, finder, prepared);
            }
        } catch (Exception e) {
            prepared.close();
            throw e;
        }
        Heredoc script = run.command.script();
        if (script != null) {
            byte[] bytes = script.data().getBytes(StandardCharsets.UTF_8);
            prepared.mounts().add(new SandboxMount.Content("/dev/pipes/" + script.name(), bytes, 0755, 0, 0));
        }
        // What is mounted within another mount must come after it, in whatever order they are written.
        prepared.mounts().sort((one, other) -> Integer.compare(depth(one), depth(other)));
        return prepared;
    }

    private static int depth(SandboxMount mount) {
        return CopySources.clean(mount.target()).split("/").length;
    }

    private void add(MountFrom from, Vertex.Run run, RunWork.Finder finder, Prepared prepared) throws Exception {
        switch (from.mount()) {
            case Mount.Bind bind -> {
                String target = target(bind.target(), run);
                Path source = place(from.files(), bind.source(), finder);
                prepared.mounts()
                        .add(
                                bind.readOnly()
                                        ? new SandboxMount.Bind(source, target, true)
                                        : new SandboxMount.Discarded(source, target, store.newTemporaryFolder()));
            }
            case Mount.Cache cache -> {
                if (from.files() == null && cache.source() != null) {
                    refuseSource(cache.source());
                }
                CacheFolders.Lease lease = caches.take(cache, (name, folder) -> {
                    if (remote == null || !remote.fill(name, folder)) {
                        fill(from.files(), cache, finder, folder);
                    }
                });
                if (remote != null && !cache.readOnly() && !lease.name().contains(".")) {
                    remote.use(lease.name(), lease.folder());
                }
                prepared.leases().add(lease);
                prepared.mounts()
                        .add(new SandboxMount.Bind(lease.folder(), target(cache.target(), run), cache.readOnly()));
            }
            case Mount.Tmpfs tmpfs ->
                prepared.mounts().add(new SandboxMount.Tmpfs(target(tmpfs.target(), run), tmpfs.size(), 01777));
            case Mount.Secret secret -> addSecret(secret, run, prepared);
            case Mount.Ssh ssh -> addAgent(ssh, run, prepared);
        }
    }

    /** A cache that is filled from nowhere has no part to mount but the whole. */
    private static void refuseSource(String source) throws IOException {
        if (!CopySources.clean(source).isEmpty()) {
            throw new IOException("'" + source
                    + "' is not there: a cache mount without from= begins empty; from= names the stage, image"
                    + " or context that has it");
        }
    }

    private static String target(String target, Vertex.Run run) {
        return ImageInProgress.absolute(run.command.directory().isEmpty() ? "/" : run.command.directory(), target);
    }

    private void addSecret(Mount.Secret mount, Vertex.Run run, Prepared prepared) throws IOException {
        BuildSecret secret = secrets.stream()
                .filter(candidate -> candidate.id().equals(mount.id()))
                .findFirst()
                .orElse(null);
        if (secret == null) {
            if (mount.required()) {
                throw new IOException("secret " + mount.id() + ": not found; pass it with --secret id=" + mount.id());
            }
            return;
        }
        byte[] value = value(secret);
        if (mount.environment() != null) {
            prepared.environment().put(mount.environment(), new String(value, StandardCharsets.UTF_8));
        }
        if (mount.target() != null) {
            Mount.Owner owner = mount.owner();
            prepared.mounts()
                    .add(new SandboxMount.Content(
                            target(mount.target(), run), value, owner.mode(), owner.uid(), owner.gid()));
        }
    }

    /** A secret's bytes. */
    static byte[] value(BuildSecret secret) throws IOException {
        return switch (secret) {
            case BuildSecret.Value value -> value.value().reveal().getBytes(StandardCharsets.UTF_8);
            case BuildSecret.File file -> java.nio.file.Files.readAllBytes(file.path());
        };
    }

    private void addAgent(Mount.Ssh mount, Vertex.Run run, Prepared prepared) throws IOException {
        SshAgent agent = agents.stream()
                .filter(candidate -> candidate.id().equals(mount.id()))
                .findFirst()
                .orElse(null);
        if (agent == null && mount.required()) {
            throw new IOException("ssh agent " + mount.id() + ": not found; pass it with --ssh " + mount.id());
        }
        long number = prepared.mounts().stream()
                .filter(other -> other.target().startsWith("/run/buildkit/ssh_agent."))
                .count();
        String target = mount.target() == null ? "/run/buildkit/ssh_agent." + number : target(mount.target(), run);
        if (agent != null) {
            prepared.mounts().add(new SandboxMount.Bind(agent.socket(), target, false));
        }
        prepared.environment().putIfAbsent("SSH_AUTH_SOCK", target);
    }

    /**
     * A path of this machine where the files stand: themselves if they are in one place that nobody can exchange for
     * another, else a copy.
     */
    private Path place(@Nullable Files files, String source, RunWork.Finder finder) throws Exception {
        return switch (files) {
            case null -> store.newTemporaryFolder();
            case Files.Context context -> {
                ViewNode node = need(context.tree(), source);
                Path root = context.tree().root();
                boolean whole = node.path().isEmpty() && context.tree().ignoresNothing();
                yield whole && root != null && context.tree().isOwn(node) ? root : copied(context.tree(), node, false);
            }
            case Files.Stage stage -> {
                FileTree tree = files(stage, finder);
                ViewNode node = need(tree, source);
                boolean single =
                        !node.isDirectory() || finder.layers(stage.state()).size() == 1;
                yield single ? node.layer().root().resolve(node.path()) : copied(tree, node, true);
            }
        };
    }

    private FileTree files(Files.Stage stage, RunWork.Finder finder) throws Exception {
        return new ViewTree(MergedView.of(layers.snapshots(finder.layers(stage.state()), tasks)), store.files());
    }

    /** A new cache has what its source has, and its attributes unless the mount says others. */
    private void fill(@Nullable Files files, Mount.Cache cache, RunWork.Finder finder, Path folder) throws Exception {
        FileTree tree = switch (files) {
            case null -> null;
            case Files.Context context -> context.tree();
            case Files.Stage stage -> files(stage, finder);
        };
        if (tree == null) {
            return;
        }
        boolean stage = files instanceof Files.Stage;
        ViewNode node = need(tree, cache.source() == null ? "/" : cache.source());
        TreeCopy copy = new TreeCopy(tree, stage);
        if (stage && cache.owner().equals(Mount.Owner.CACHE)) {
            copy.copyWhole(node, folder);
        } else {
            copy.copyContent(node, folder);
        }
    }

    private Path copied(FileTree tree, ViewNode node, boolean owners) throws IOException {
        Path copy = store.newTemporaryFolder();
        new TreeCopy(tree, owners).copyInto(node, copy);
        return copy.resolve(node.name());
    }

    private static ViewNode need(FileTree tree, String path) throws IOException {
        ViewNode node = tree.resolve(path);
        if (node == null) {
            // Of a context, what is not there may be ignored; failures of this type say so.
            throw tree instanceof ContextTree
                    ? new NoSuchFileException(path)
                    : new IOException("'" + path + "' is not there");
        }
        return node;
    }
}
