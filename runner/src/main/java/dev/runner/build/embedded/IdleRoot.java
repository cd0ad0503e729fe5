package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.store.Workspace;
import dev.runner.host.sandbox.MountedRoot;
import dev.runner.host.sandbox.RootFilesystem;
import dev.runner.host.sandbox.SandboxProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a container that does not run: mounted, or a plain copy whose changes are kept. */
final class IdleRoot implements AutoCloseable {
    private final StepRoot root;
    private final @Nullable MountedRoot mounted;
    private final ContainerImage image;

    private IdleRoot(StepRoot root, @Nullable MountedRoot mounted, ContainerImage image) {
        this.root = root;
        this.mounted = mounted;
        this.image = image;
    }

    static IdleRoot of(Workshop shop, ContainerFolder folder, About about)
            throws BuildFailedException, IOException, InterruptedException {
        ContainerImage image = ContainerImage.of(shop, new dev.runner.secret.Masker(), about);
        Workspace workspace = new Workspace(about.id(), folder.upper(), folder.work());
        RunWork.Machinery.Chosen chosen = shop.machinery().choose(image.platform());
        StepRoot root =
                StepRoot.of(shop.store(), image.topFirst(), workspace, chosen.sandbox(), SandboxProcess.User.ROOT);
        try {
            MountedRoot mounted = root.filesystem() instanceof RootFilesystem.Overlay overlay
                    ? MountedRoot.of(overlay, shop.processes(), shop.sandboxes())
                    : null;
            return new IdleRoot(root, mounted, image);
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    Path path() {
        return switch (root.filesystem()) {
            case RootFilesystem.Overlay _ ->
                java.util.Objects.requireNonNull(mounted).path();
            case RootFilesystem.Directory directory -> directory.path();
        };
    }

    @Override
    public void close() throws IOException {
        try (root) {
            if (mounted != null) {
                mounted.close();
            }
            root.collect(image.view(), Set.of());
        }
    }
}
