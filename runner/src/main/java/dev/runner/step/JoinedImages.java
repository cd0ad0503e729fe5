package dev.runner.step;

import dev.runner.build.BuildListener;
import dev.runner.build.Images;
import dev.runner.build.Output;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RemoteIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The store's images, and those that were joined from what other machines have pushed: these go from registry to registry,
 * and their layers never come here.
 */
final class JoinedImages implements Images {
    private final Images others;
    private final RegistryClient registry;
    private final Map<Digest, RemoteIndex> joined = new ConcurrentHashMap<>();

    JoinedImages(Images others, RegistryClient registry) {
        this.others = others;
        this.registry = registry;
    }

    void add(RemoteIndex image) {
        joined.put(image.descriptor().digest(), image);
    }

    @Override
    public Descriptor push(Digest image, List<Reference> names, BuildListener listener) throws InterruptedException {
        RemoteIndex index = joined.get(image);
        if (index == null) {
            return others.push(image, names, listener);
        }
        names.forEach(name -> index.push(registry, name.withDefaultTag()));
        return index.descriptor();
    }

    @Override
    public Descriptor pull(Reference name, List<Platform> platforms, BuildListener listener)
            throws InterruptedException {
        return others.pull(name, platforms, listener);
    }

    @Override
    public Descriptor refer(Reference name, BuildListener listener) throws InterruptedException {
        return others.refer(name, listener);
    }

    @Override
    public @Nullable Descriptor find(Reference name) {
        return others.find(name);
    }

    @Override
    public @Nullable Descriptor find(Digest digest) {
        RemoteIndex index = joined.get(digest);
        return index == null ? others.find(digest) : index.descriptor();
    }

    @Override
    public List<PlatformImage> platforms(Digest image) {
        RemoteIndex index = joined.get(image);
        if (index == null) {
            return others.platforms(image);
        }
        List<PlatformImage> all = new ArrayList<>();
        for (RemoteIndex.Part part : index.parts()) {
            Platform platform = part.manifest().platform();
            if (platform != null && !platform.os().equals("unknown")) {
                Manifest manifest = registry.manifest(part.repository()
                                .withTag(null)
                                .withDigest(part.manifest().digest()))
                        .manifest();
                long bytes = manifest.config().size()
                        + manifest.layers().stream().mapToLong(Descriptor::size).sum();
                ImageConfig config = ImageConfig.parse(registry.blob(part.repository(), manifest.config()));
                all.add(new PlatformImage(platform, part.manifest(), config, bytes));
            }
        }
        return all;
    }

    @Override
    public void tag(Digest image, Reference name) {
        others.tag(image, name);
    }

    @Override
    public void export(Digest image, Output output, BuildListener listener) throws InterruptedException {
        others.export(image, output, listener);
    }
}
