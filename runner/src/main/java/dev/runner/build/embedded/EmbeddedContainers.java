package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.ContainerFailedException;
import dev.runner.build.ContainerRun;
import dev.runner.build.Containers;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.embedded.Ownership.Identity;
import dev.runner.build.embedded.store.Accounts;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.Workspace;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.RunningProcess;
import dev.runner.host.sandbox.NetworkMode;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.host.sandbox.SandboxMount;
import dev.runner.host.sandbox.SandboxProcess;
import dev.runner.host.sandbox.SandboxSpec;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig.Execution;
import dev.runner.oci.Index;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryException;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs images on a root filesystem that is thrown away. */
final class EmbeddedContainers implements Containers {
    private final Workshop shop;
    private final Masker masker;

    EmbeddedContainers(Workshop shop, Masker masker) {
        this.shop = shop;
        this.masker = masker;
    }

    @Override
    public int run(ContainerRun container, Streams streams, BuildListener listener) throws InterruptedException {
        Progress progress = new Progress(listener, masker);
        return new EmbeddedContainers(shop.reporting(progress), masker).run(container, streams, progress);
    }

    private int run(ContainerRun container, Streams streams, Progress progress) throws InterruptedException {
        BaseImages images = new BaseImages(shop.store(), shop.registry(), shop.layers(), progress);
        Tasks tasks = new Tasks();
        String name = container.image().familiar();
        return explained(
                name,
                () -> tasks.run(() -> {
                    Base base = find(container, images);
                    Platform platform = base.config().platform();
                    return start(container, base, platform, streams, tasks);
                }));
    }

    /** Something with a container that may fail in many ways. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws BuildFailedException, IOException, InterruptedException;
    }

    /** Tells failures in the words of the door. */
    static <T> T explained(String name, Attempt<T> attempt) throws InterruptedException {
        try {
            return attempt.make();
        } catch (RegistryException e) {
            throw e.kind() == RegistryException.Kind.NOT_FOUND
                    ? new ImageNotFoundException(name, e)
                    : new ImageTransferException(name + ": " + e.getMessage(), name, e.retryable(), e);
        } catch (SandboxException | Ownership.UnknownAccountException e) {
            throw new ContainerFailedException(String.valueOf(e.getMessage()), e);
        } catch (IOException | BuildFailedException e) {
            if (Tasks.isCancellation(e)) {
                InterruptedException interrupted = new InterruptedException("the container was stopped");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw new ContainerFailedException("cannot run " + name + ": " + e.getMessage(), e);
        }
    }

    private Base find(ContainerRun container, BaseImages images) throws IOException {
        Descriptor found = root(container, images);
        return images.image(container.image(), found, platform(container, found));
    }

    /** The document that an image's name means: a manifest, or an index. */
    Descriptor root(ContainerRun container, BaseImages images) throws IOException {
        Reference name = container.image();
        Descriptor root = null;
        Digest pasted = EmbeddedImages.pastedDigest(name);
        if (pasted != null) {
            root = shop.store().images().find(pasted.toString());
        } else if (container.pull() != ContainerRun.Pull.ALWAYS) {
            root = new EmbeddedImages(shop, masker).find(name);
            if (root == null && name.digest() != null) {
                root = shop.store().images().find(name.digest().toString());
            }
        }
        boolean absent = root == null || !shop.store().blobs().has(root.digest());
        if (absent && (pasted != null || container.pull() == ContainerRun.Pull.NEVER)) {
            throw new ImageNotFoundException(name.familiar() + " in the local store", (Throwable) null);
        }
        return root == null || absent ? images.resolve(name, true) : root;
    }

    /** What was asked for, else this machine's, else the only one there is. */
    Platform platform(ContainerRun container, Descriptor root) throws IOException {
        if (container.platform() != null || !MediaTypes.isIndex(root.mediaType())) {
            return container.platform() == null ? Platform.host() : container.platform();
        }
        Index index = Index.parse(shop.store().blobs().read(root.digest()));
        List<Platform> platforms = BaseImages.platforms(index);
        boolean only = index.find(Platform.host()) == null && platforms.size() == 1;
        return only ? platforms.getFirst() : Platform.host();
    }

    private int start(ContainerRun container, Base base, Platform platform, Streams streams, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        requirePlatform(container, platform);
        List<Snapshot> topFirst = shop.layers().snapshots(base.layers(), tasks);
        MergedView view = MergedView.of(topFirst);
        Workspace workspace = shop.store().snapshots().newUpper();
        try {
            Execution config = base.config().config();
            ContainerRun.Overrides overrides = container.overrides();
            String user = overrides.user() == null ? config.user() : overrides.user();
            Identity identity = Ownership.identity(user, Accounts.of(view));
            String directory = ImageInProgress.absolute(
                    "/",
                    overrides.workingDirectory() == null ? config.workingDirectory() : overrides.workingDirectory());
            WorkingFolder.ensure(view, shop.store().snapshots(), workspace, directory, identity);
            SandboxProcess process = SandboxProcess.of(
                            command(config, container), environment(config, overrides, identity), directory)
                    .as(RunWork.user(identity))
                    .reading(streams.input());
            RunWork.Machinery.Chosen chosen = shop.machinery().choose(platform);
            try (StepRoot root =
                    StepRoot.of(shop.store(), topFirst, workspace, chosen.sandbox(), RunWork.user(identity))) {
                SandboxSpec spec = SandboxSpec.of(root.filesystem(), process, platform)
                        .withMounts(mounts(container))
                        .withNetwork(new SandboxSpec.Network(network(container), "runner", List.of()))
                        .withEmulator(chosen.emulator());
                RunningProcess running =
                        chosen.sandbox().start(spec, OutputSink.to(streams.output()), OutputSink.to(streams.error()));
                return RunWork.await(running);
            }
        } finally {
            shop.store().snapshots().discard(workspace);
        }
    }

    /** @throws ImageNotFoundException when the image is for another one than was asked for */
    static void requirePlatform(ContainerRun container, Platform platform) {
        if (container.platform() != null
                && !container.platform().normalized().architecture().equals(platform.architecture())) {
            throw new ImageNotFoundException(container.image().familiar(), container.platform(), List.of(platform));
        }
    }

    private static NetworkMode network(ContainerRun container) {
        return switch (container.network()) {
            case HOST -> NetworkMode.HOST;
            case NONE -> NetworkMode.NONE;
        };
    }

    private static List<SandboxMount> mounts(ContainerRun container) {
        List<SandboxMount> mounts = new ArrayList<>();
        for (ContainerRun.Volume volume : container.volumes()) {
            mounts.add(new SandboxMount.Bind(volume.source(), volume.target(), volume.readOnly()));
        }
        return mounts;
    }

    static List<String> command(Execution config, ContainerRun container) {
        @Nullable List<String> entrypoint = container.overrides().entrypoint();
        List<String> command = new ArrayList<>();
        if (entrypoint != null) {
            command.addAll(entrypoint);
        } else if (config.entrypoint() != null) {
            command.addAll(config.entrypoint());
        }
        if (!container.command().isEmpty()) {
            command.addAll(container.command());
        } else if (entrypoint == null && config.command() != null) {
            command.addAll(config.command());
        }
        if (command.isEmpty()) {
            throw new ContainerFailedException(
                    container.image().familiar() + " says no command to run: give one", null);
        }
        return command;
    }

    static Map<String, String> environment(Execution config, ContainerRun.Overrides overrides, Identity identity) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", ImageInProgress.DEFAULT_PATH);
        for (String pair : config.env()) {
            int equals = pair.indexOf('=');
            environment.put(
                    equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        environment.putAll(overrides.environment());
        environment.putIfAbsent("HOME", identity.home());
        return environment;
    }
}
