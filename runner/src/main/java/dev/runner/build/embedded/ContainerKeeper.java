package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers.Streams;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState.Health;
import dev.runner.build.container.HealthCheck;
import dev.runner.build.container.PortMapping;
import dev.runner.build.embedded.Ownership.Identity;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.containers.Condition;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.containers.ContainerLog;
import dev.runner.build.embedded.containers.HealthWatch;
import dev.runner.build.embedded.store.Accounts;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.Workspace;
import dev.runner.host.process.RunningProcess;
import dev.runner.host.sandbox.HeldSandbox;
import dev.runner.host.sandbox.HeldSpec;
import dev.runner.host.sandbox.Limits;
import dev.runner.host.sandbox.Privilege;
import dev.runner.host.sandbox.Sandbox;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.host.sandbox.SandboxMount;
import dev.runner.host.sandbox.SandboxProcess;
import dev.runner.host.sandbox.SandboxSpec;
import dev.runner.oci.ImageConfig.Execution;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Looks after one container from its start to its end: its root, log, health, network and what is written of it. */
final class ContainerKeeper {
    private final Workshop shop;
    private final ContainerFolder folder;
    private final About about;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final ContainerNetworks.Place place;
    private final StepRoot root;
    private final MergedView view;
    private final ContainerLog.Writer log;
    private final HeldSandbox sandbox;
    private final IntPredicate again;

    private ContainerKeeper(
            Workshop shop,
            ContainerFolder folder,
            ContainerNetworks.Place place,
            StepRoot root,
            MergedView view,
            ContainerLog.Writer log,
            HeldSandbox sandbox,
            IntPredicate again)
            throws IOException {
        this.shop = shop;
        this.folder = folder;
        this.about = folder.about();
        this.place = place;
        this.root = root;
        this.view = view;
        this.log = log;
        this.sandbox = sandbox;
        this.again = again;
    }

    /**
     * What a container writes to beside its log, and reads.
     *
     * @param input null for nothing
     */
    record Beside(
            @Nullable InputStream input,
            @Nullable OutputStream output,
            @Nullable OutputStream error) {
        static final Beside NONE = new Beside(null, null, null);
    }

    /**
     * Starts a container whose folder is there. Nothing is left when it fails.
     *
     * @param again whether its owner will start it once more after that exit code, unless somebody stopped it
     */
    static ContainerKeeper start(
            Workshop shop,
            ContainerFolder folder,
            ContainerImage image,
            ContainerMounts mounts,
            ContainerNetworks networks,
            ContainerNetworks.Others others,
            Beside beside,
            IntPredicate again)
            throws BuildFailedException, IOException, InterruptedException {
        About about = folder.about();
        ContainerSpec spec = about.spec();
        Execution config = image.config().config();
        Workspace workspace = new Workspace(about.id(), folder.upper(), folder.work());
        MergedView now = view(image, workspace);
        Identity identity = identity(spec, config, now);
        String directory = directory(spec, config);
        WorkingFolder.ensureSystemFolders(now, workspace.upper());
        WorkingFolder.ensure(now, shop.store().snapshots(), workspace, directory, identity);
        requireProgram(
                about, now, mounts, EmbeddedContainers.environment(config, overrides(spec), identity), directory);
        RunWork.Machinery.Chosen chosen = mounts.mounts().isEmpty()
                ? shop.machinery().choose(image.platform())
                : shop.machinery().chooseBinding(image.platform());
        boolean namespaces = chosen.sandbox().mounts()
                || !Set.of("chroot", "proot").contains(chosen.sandbox().name());
        ContainerNetworks.Place place = networks.place(about, folder, image.config(), namespaces, others);
        StepRoot root = null;
        ContainerLog.Writer log = null;
        HeldSandbox sandbox = null;
        try {
            root = StepRoot.of(shop.store(), image.topFirst(), workspace, chosen.sandbox(), RunWork.user(identity));
            log = folder.log().append();
            SandboxProcess process = new SandboxProcess(
                    about.command(),
                    EmbeddedContainers.environment(config, overrides(spec), identity),
                    directory,
                    RunWork.user(identity),
                    spec.program().terminal(),
                    beside.input());
            SandboxSpec inner = SandboxSpec.of(root.filesystem(), process, image.platform())
                    .withMounts(all(mounts, folder, chosen.sandbox()))
                    .withNetwork(new SandboxSpec.Network(place.mode(), hostname(about), List.of()))
                    .withLimits(limits(spec, namespaces))
                    .withPrivilege(spec.rights().privileged() ? Privilege.INSECURE : Privilege.DEFAULT)
                    .withEmulator(chosen.emulator());
            HeldSpec held = new HeldSpec(
                    inner,
                    Set.copyOf(spec.rights().added()),
                    Set.copyOf(spec.rights().dropped()),
                    spec.rights().readOnlyRoot(),
                    spec.rights().reaper(),
                    spec.rights().noNewPrivileges(),
                    place.attachment());
            sandbox = chosen.sandbox().hold(held, log.sink(false, beside.output()), log.sink(true, beside.error()));
            List<PortMapping> ports = place.publish(image.config());
            ContainerKeeper keeper = new ContainerKeeper(shop, folder, place, root, image.view(), log, sandbox, again);
            HealthCheck check = spec.health().over(config.healthcheck());
            folder.started(
                    sandbox.inside(),
                    new Condition.Surroundings(place.address(), ports, mounts.volumes(), place.notes()),
                    check == null ? Health.NONE : Health.STARTING);
            keeper.watch(check, config.shell() == null ? List.of("/bin/sh", "-c") : config.shell());
            return keeper;
        } catch (IOException | RuntimeException e) {
            abandon(sandbox, log, root, place, e);
            throw e;
        }
    }

    /** What is certain not to be there is told at once, in Docker's words; what a volume brings cannot be known. */
    private static void requireProgram(
            About about, MergedView view, ContainerMounts mounts, Map<String, String> environment, String directory)
            throws IOException {
        String program = about.command().getFirst();
        List<String> places = new ArrayList<>();
        if (program.contains("/")) {
            places.add(ImageInProgress.absolute(directory, program));
        } else {
            for (String path : environment.getOrDefault("PATH", "").split(":")) {
                places.add(ImageInProgress.absolute(directory, path + "/" + program));
            }
        }
        for (String place : places) {
            if (view.lookup(view.realPath(place)) != null
                    || mounts.volumes().keySet().stream().anyMatch(place::startsWith)) {
                return;
            }
        }
        throw new ContainerFailedException(
                "exec: \"" + program + "\": "
                        + (program.contains("/")
                                ? "stat " + program + ": no such file or directory"
                                : "executable file not found in $PATH"),
                null);
    }

    private static void abandon(
            @Nullable HeldSandbox sandbox,
            ContainerLog.@Nullable Writer log,
            @Nullable StepRoot root,
            ContainerNetworks.Place place,
            Exception why) {
        if (sandbox != null) {
            sandbox.terminate(Duration.ZERO);
        }
        for (AutoCloseable part : new AutoCloseable[] {log, root, place}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception e) {
                why.addSuppressed(e);
            }
        }
    }

    /** The image with what the container changed in it. */
    static MergedView view(ContainerImage image, Workspace workspace) throws IOException {
        List<Snapshot> all = new ArrayList<>(List.of(new Snapshot(null, workspace.name(), workspace.upper())));
        all.addAll(image.topFirst());
        return MergedView.of(all);
    }

    static Identity identity(ContainerSpec spec, Execution config, MergedView view) throws IOException {
        String user = spec.program().user();
        return Ownership.identity(user == null ? config.user() : user, Accounts.of(view));
    }

    static String directory(ContainerSpec spec, Execution config) {
        String given = spec.program().workingDirectory();
        return ImageInProgress.absolute("/", given == null ? config.workingDirectory() : given);
    }

    static dev.runner.build.ContainerRun.Overrides overrides(ContainerSpec spec) {
        ContainerSpec.Program program = spec.program();
        return new dev.runner.build.ContainerRun.Overrides(
                program.user(), program.workingDirectory(), program.entrypoint(), program.environment());
    }

    private static String hostname(About about) {
        String given = about.spec().networking().hostname();
        return given == null ? about.id().substring(0, 12) : given;
    }

    /** The size of /dev/shm is nothing to insist on where nothing can be mounted. */
    private static Limits limits(ContainerSpec spec, boolean namespaces) {
        Limits limits = spec.rights().limits().limits();
        return namespaces
                ? limits
                : new Limits(
                        limits.memoryBytes(), limits.cpus(), limits.pids(), null, limits.ulimits(), limits.parent());
    }

    /** Where nothing can be bound the files of names are copies, which do not hear of who comes later. */
    private static List<SandboxMount> all(ContainerMounts mounts, ContainerFolder folder, Sandbox sandbox) {
        List<SandboxMount> all = new ArrayList<>();
        for (String name : List.of("hosts", "hostname", "resolv.conf")) {
            Path file = folder.path().resolve(name);
            if (!mounts.volumes().containsKey("/etc/" + name)) {
                all.add(new SandboxMount.Bind(
                        file, "/etc/" + name, sandbox.name().equals("chroot")));
            }
        }
        all.addAll(mounts.mounts());
        return all;
    }

    private void watch(@Nullable HealthCheck check, List<String> shell) {
        Thread watching = check == null
                ? null
                : Thread.ofVirtual()
                        .name("health of " + about.name())
                        .start(new HealthWatch(check, timeout -> ask(check, shell, timeout), this::note));
        Thread.ofVirtual().name("container " + about.name()).start(() -> {
            int exitCode = 128;
            String error = null;
            try {
                exitCode = sandbox.await();
                error = sandbox.limitReached();
            } catch (SandboxException e) {
                exitCode = e.reason() == SandboxException.Reason.NOT_FOUND ? 127 : 126;
                error = e.getMessage();
            } catch (IOException e) {
                error = e.getMessage();
            } catch (InterruptedException e) {
                sandbox.terminate(Duration.ZERO);
            }
            if (watching != null) {
                watching.interrupt();
            }
            close(exitCode, error);
        });
    }

    private void close(int exitCode, @Nullable String error) {
        String told = error;
        try (log;
                root;
                place) {
            if (about.kept()) {
                root.collect(view, Set.of("etc/hosts", "etc/hostname", "etc/resolv.conf"));
            }
        } catch (IOException e) {
            told = told == null ? e.getMessage() : told;
        }
        try {
            if (again.test(exitCode) && !folder.isStopped()) {
                folder.restarting(exitCode, told);
            } else {
                folder.ended(exitCode, told);
            }
        } catch (IOException e) {
            // It was removed meanwhile: nobody asks any more.
        }
        end.complete(exitCode);
    }

    private boolean ask(HealthCheck check, List<String> shell, Duration timeout) throws InterruptedException {
        ContainerExec exec = ContainerExec.of(HealthWatch.command(check, shell));
        Streams nowhere = new Streams(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        try {
            RunningProcess process = new StoredContainer(shop, folder, this, c -> {}).exec(exec, nowhere);
            try {
                if (process.await(timeout)) {
                    return process.await() == 0;
                }
            } finally {
                process.terminate(Duration.ZERO);
            }
        } catch (IOException | ContainerFailedException e) {
            return false; // It ends, or has no such program.
        }
        return false;
    }

    private void note(Health health) {
        try {
            folder.health(health);
        } catch (IOException e) {
            // It was removed meanwhile.
        }
    }

    /** The exit code, once all is put away. */
    int await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void terminate() {
        sandbox.terminate(Duration.ZERO);
    }
}
