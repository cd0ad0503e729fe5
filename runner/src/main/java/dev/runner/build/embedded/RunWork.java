package dev.runner.build.embedded;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.Ownership.Identity;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.Vertex.Isolation;
import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.cache.LayerRecord;
import dev.runner.build.embedded.store.Accounts;
import dev.runner.build.embedded.store.LayerDiff;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.build.embedded.store.Workspace;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.host.sandbox.ExtraHost;
import dev.runner.host.sandbox.NetworkMode;
import dev.runner.host.sandbox.Privilege;
import dev.runner.host.sandbox.RootFilesystem;
import dev.runner.host.sandbox.RunningSandbox;
import dev.runner.host.sandbox.Sandbox;
import dev.runner.host.sandbox.SandboxMount;
import dev.runner.host.sandbox.SandboxProcess;
import dev.runner.host.sandbox.SandboxSpec;
import dev.runner.oci.Platform;
import dev.runner.oci.layer.LayerDigests;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Runs RUN steps. The step writes into the upper folder of an overlay; when it has ended that folder is a snapshot, which
 * the next step uses at once, while the layer is packed from it.
 */
final class RunWork {
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** What every sandbox puts over the root for as long as it runs: no part of the image. */
    private static final Set<String> STUBS = Set.of("etc/resolv.conf", "etc/hosts");

    private final Store store;
    private final Layers layers;
    private final Tasks tasks;
    private final Machinery machinery;
    private final RunMounts mounts;
    private final VertexWork.Times times;
    private Finder finder = state -> {
        throw new IllegalStateException("the solver is not known yet");
    };

    RunWork(Store store, Layers layers, Tasks tasks, Machinery machinery, RunMounts mounts, VertexWork.Times times) {
        this.store = store;
        this.layers = layers;
        this.tasks = tasks;
        this.machinery = machinery;
        this.mounts = mounts;
        this.times = times;
    }

    /** Finds the layers of other stages. */
    @FunctionalInterface
    interface Finder {
        List<LayerRef> layers(State state) throws BuildFailedException, IOException, InterruptedException;
    }

    /** The machine's sandboxes, and how many may run at a time. */
    interface Machinery {
        /**
         * What runs a platform's programs here.
         *
         * @param emulator to be handed to the sandbox; null when the kernel runs them by itself
         */
        record Chosen(Sandbox sandbox, @Nullable Emulator emulator) {}

        Chosen choose(Platform platform) throws IOException;

        /** The same, where folders of this machine are to be seen inside and written to. */
        default Chosen chooseBinding(Platform platform) throws IOException {
            return choose(platform);
        }

        Semaphore places();
    }

    void findWith(Finder value) {
        finder = value;
    }

    List<LayerRef> layers(State state) throws BuildFailedException, IOException, InterruptedException {
        return finder.layers(state);
    }

    LayerRef execute(Vertex.Run run, List<LayerRef> below, Progress.Vertex shown, Solver.Keep keep) throws Exception {
        List<Snapshot> topFirst = layers.snapshots(below, tasks);
        MergedView view = MergedView.of(topFirst);
        Workspace workspace = store.snapshots().newUpper();
        boolean kept = false;
        try (RunMounts.Prepared prepared = mounts.prepare(run, finder)) {
            Set<String> without = new LinkedHashSet<>(STUBS);
            List<SandboxMount> mounted = withModes(prepared.mounts(), view);
            for (SandboxMount mount : mounted) {
                without.add(view.realPath(mount.target()));
            }
            Accounts accounts = Accounts.of(view);
            Identity identity = Ownership.identity(run.command.user(), accounts);
            WorkingFolder.ensureSystemFolders(view, workspace.upper());
            WorkingFolder.ensure(view, store.snapshots(), workspace, run.command.directory(), identity);
            Machinery.Chosen chosen = machinery.choose(run.where().platform());
            try (StepRoot root = StepRoot.of(store, topFirst, workspace, chosen.sandbox(), user(identity))) {
                SandboxSpec spec = spec(run, root.filesystem(), identity, prepared.environment(), mounted)
                        .withEmulator(chosen.emulator());
                runToEnd(run, chosen.sandbox(), spec, shown);
                root.collect(view, without);
            }
            Snapshot sealed = store.snapshots().seal(workspace);
            kept = true;
            Instant ended = times.created();
            LayerDiff.Options options = new LayerDiff.Options(times.latest(), LayerDiff.Owners.SAME, without, view);
            Task<LayerRecord> record = tasks.start(() -> packed(run, sealed, options, ended, keep));
            return new LayerRef(record, sealed, null);
        } finally {
            if (!kept) {
                store.snapshots().discard(workspace);
            }
        }
    }

    private LayerRecord packed(
            Vertex.Run run, Snapshot sealed, LayerDiff.Options options, Instant created, Solver.Keep keep)
            throws Exception {
        try {
            return pack(sealed, options, created, keep);
        } catch (IOException | RuntimeException e) {
            throw Tasks.isCancellation(e) ? e : Failures.of(run, List.of(), e);
        }
    }

    private LayerRecord pack(Snapshot sealed, LayerDiff.Options options, Instant created, Solver.Keep keep)
            throws IOException {
        LayerDigests made = new LayerFiles(store.blobs()).write(sealed, options);
        store.snapshots().commit(sealed, made.diffId());
        return keep.keep(new LayerRecord(made.blob(), made.diffId(), created.toString(), made.diffId()));
    }

    private void runToEnd(Vertex.Run run, Sandbox sandbox, SandboxSpec spec, Progress.Vertex shown)
            throws IOException, InterruptedException {
        Semaphore places = machinery.places();
        places.acquire();
        try {
            RunningSandbox process = sandbox.start(
                    spec,
                    OutputSink.lines(line -> shown.output(BuildEvent.Stream.OUTPUT, line)),
                    OutputSink.lines(line -> shown.output(BuildEvent.Stream.ERROR, line)));
            int exitCode = await(process);
            if (exitCode != 0) {
                String command = String.join(" ", run.command.arguments());
                throw new Failures.ExitCodeException(command, exitCode, process.limitReached());
            }
        } finally {
            places.release();
        }
    }

    /** Waits for a process, and ends it when this thread is interrupted. */
    static int await(RunningProcess process) throws IOException, InterruptedException {
        try {
            return process.await();
        } catch (InterruptedException e) {
            process.terminate(GRACE);
            try {
                // What the sandbox mounted is gone when this returns.
                process.await();
            } catch (IOException | InterruptedException ended) {
                e.addSuppressed(ended);
            }
            throw e;
        }
    }

    private static SandboxSpec spec(
            Vertex.Run run,
            RootFilesystem root,
            Identity identity,
            Map<String, String> extra,
            List<SandboxMount> mounted) {
        Map<String, String> environment = new LinkedHashMap<>(run.command.environment());
        environment.putAll(run.command.proxies());
        environment.putAll(extra);
        environment.putIfAbsent("HOME", identity.home());
        String directory = run.command.directory().isEmpty() ? "/" : run.command.directory();
        SandboxProcess process = SandboxProcess.of(run.command.arguments(), environment, directory)
                .as(user(identity));
        Isolation isolation = run.isolation;
        return SandboxSpec.of(root, process, run.where().platform())
                .withMounts(mounted)
                .withNetwork(network(isolation))
                .withLimits(isolation.limits())
                .withPrivilege(isolation.insecure() ? Privilege.INSECURE : Privilege.DEFAULT);
    }

    /** A tmpfs over a folder of the image has that folder's mode. */
    private static List<SandboxMount> withModes(List<SandboxMount> mounts, MergedView view) throws IOException {
        List<SandboxMount> result = new ArrayList<>();
        for (SandboxMount mount : mounts) {
            if (mount instanceof SandboxMount.Tmpfs tmpfs) {
                ViewNode there = view.resolve(tmpfs.target());
                int mode = there != null && there.isDirectory() ? there.status().mode() : tmpfs.mode();
                result.add(new SandboxMount.Tmpfs(tmpfs.target(), tmpfs.sizeBytes(), mode));
            } else {
                result.add(mount);
            }
        }
        return result;
    }

    /** Its own group is among the supplementary ones, so that no file can take it away (CVE-2023-25173). */
    static SandboxProcess.User user(Identity identity) {
        Set<Long> groups = new LinkedHashSet<>();
        groups.add(identity.gid());
        groups.addAll(identity.groups());
        return new SandboxProcess.User(
                (int) identity.uid(),
                (int) identity.gid(),
                groups.stream().map(Long::intValue).toList());
    }

    private static SandboxSpec.Network network(Isolation isolation) {
        List<ExtraHost> hosts = isolation.extraHosts().entrySet().stream()
                .map(host -> new ExtraHost(host.getKey(), host.getValue()))
                .toList();
        NetworkMode mode = switch (isolation.network()) {
            case HOST -> NetworkMode.HOST;
            case NONE -> NetworkMode.NONE;
        };
        String hostname = isolation.surroundings().hostname();
        return new SandboxSpec.Network(
                mode, hostname == null ? SandboxSpec.Network.DEFAULT.hostname() : hostname, hosts);
    }
}
