package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.ContainerRun;
import dev.runner.build.NetworkMode;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.embedded.containers.About;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * An image unpacked for a container.
 *
 * @param topFirst its layers' files
 * @param view of them
 */
record ContainerImage(
        Digest manifest,
        Descriptor root,
        Platform platform,
        ImageConfig config,
        List<Snapshot> topFirst,
        MergedView view) {

    /** As a container's specification names it. */
    static ContainerImage of(Workshop shop, Masker masker, ContainerSpec spec, BuildListener listener)
            throws BuildFailedException, IOException, InterruptedException {
        ContainerSpec.Image image = spec.image();
        ContainerRun run = new ContainerRun(
                image.name(),
                image.platform(),
                List.of(),
                ContainerRun.Overrides.NONE,
                List.of(),
                NetworkMode.HOST,
                image.pull());
        Progress progress = new Progress(listener, masker);
        Workshop reporting = shop.reporting(progress);
        BaseImages images = new BaseImages(shop.store(), shop.registry(), reporting.layers(), progress);
        EmbeddedContainers containers = new EmbeddedContainers(reporting, masker);
        Tasks tasks = new Tasks();
        return tasks.run(() -> {
            Descriptor root = containers.root(run, images);
            ContainerImage found =
                    unpacked(reporting, images, image.name(), root, containers.platform(run, root), tasks);
            EmbeddedContainers.requirePlatform(run, found.platform());
            return found;
        });
    }

    /** That of a container that was made before; what the store lost meanwhile is pulled again. */
    static ContainerImage of(Workshop shop, Masker masker, About about)
            throws BuildFailedException, IOException, InterruptedException {
        Progress progress = new Progress(BuildListener.silent(), masker);
        BaseImages images = new BaseImages(shop.store(), shop.registry(), shop.layers(), progress);
        Tasks tasks = new Tasks();
        Reference name = about.spec().image().name();
        return tasks.run(() -> unpacked(shop, images, name, about.root(), about.platform(), tasks));
    }

    private static ContainerImage unpacked(
            Workshop shop, BaseImages images, Reference name, Descriptor root, Platform platform, Tasks tasks)
            throws BuildFailedException, IOException, InterruptedException {
        Base base = images.image(name, root, platform);
        List<Snapshot> topFirst = shop.layers().snapshots(base.layers(), tasks);
        return new ContainerImage(
                Objects.requireNonNull(base.manifest()),
                root,
                base.config().platform(),
                base.config(),
                topFirst,
                MergedView.of(topFirst));
    }
}
