package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.build.Images;
import dev.runner.build.Output;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryException;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The images of the local store. */
final class EmbeddedImages implements Images {
    private final Workshop shop;
    private final Masker masker;

    EmbeddedImages(Workshop shop, Masker masker) {
        this.shop = shop;
        this.masker = masker;
    }

    @Override
    public Descriptor push(Digest image, List<Reference> names, BuildListener listener) throws InterruptedException {
        Descriptor root = need(image);
        Workshop reporting = shop.reporting(new Progress(listener, masker));
        ImageMover mover = new ImageMover(shop.store(), shop.registry(), reporting.layers());
        return work(names.toString(), new Tasks(), () -> {
            mover.push(root, names);
            return root;
        });
    }

    @Override
    public Descriptor pull(Reference name, List<Platform> platforms, BuildListener listener)
            throws InterruptedException {
        return take(name, platforms, listener, true);
    }

    @Override
    public Descriptor refer(Reference name, BuildListener listener) throws InterruptedException {
        return take(name, List.of(), listener, false);
    }

    private Descriptor take(Reference name, List<Platform> platforms, BuildListener listener, boolean layersToo)
            throws InterruptedException {
        Progress progress = new Progress(listener, masker);
        Layers layers = shop.layers().reporting(progress);
        BaseImages images = new BaseImages(shop.store(), shop.registry(), layers, progress);
        Tasks tasks = new Tasks();
        return work(name.familiar(), tasks, () -> {
            Descriptor root = images.resolve(name, true);
            List<Platform> wanted = platforms.isEmpty() ? all(root) : platforms;
            List<Task<Boolean>> transfers = new ArrayList<>();
            for (Platform platform : wanted) {
                List<LayerRef> all = images.image(name, root, platform).layers();
                for (LayerRef layer : layersToo ? all : List.<LayerRef>of()) {
                    transfers.add(tasks.start(() -> bring(layer.awaitRecord().blob(), layers)));
                }
            }
            for (Task<Boolean> transfer : transfers) {
                transfer.await();
            }
            shop.store().images().put(root.digest().toString(), root);
            return root;
        });
    }

    private List<Platform> all(Descriptor root) throws IOException {
        return MediaTypes.isIndex(root.mediaType())
                ? BaseImages.platforms(Index.parse(shop.store().blobs().read(root.digest())))
                : List.of(Platform.host());
    }

    private static boolean bring(Descriptor blob, Layers layers) throws IOException {
        if (layers.isLocal(blob)) {
            return false;
        }
        try (InputStream in = layers.open(blob)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return true;
    }

    @Override
    public @Nullable Descriptor find(Reference name) {
        Reference tagged = name.withDefaultTag();
        try {
            Digest pasted = pastedDigest(tagged);
            if (pasted != null) {
                return find(pasted);
            }
            Descriptor local = shop.store().images().find(BaseImages.local(tagged));
            return local != null ? local : shop.store().images().find(BaseImages.resolved(tagged));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code sha256:…} alone reads as a name with a tag; nobody has such an image. */
    static @Nullable Digest pastedDigest(Reference name) {
        String tag = name.tag();
        boolean looksSo = name.path().equals("library/sha256") && tag != null && tag.matches("[a-f0-9]{64}");
        return looksSo ? new Digest("sha256", String.valueOf(tag)) : null;
    }

    @Override
    public @Nullable Descriptor find(Digest digest) {
        try {
            return shop.store().images().find(digest.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Descriptor need(Digest image) {
        Descriptor root = find(image);
        if (root == null) {
            throw new ImageNotFoundException(image.toString(), (Throwable) null);
        }
        return root;
    }

    @Override
    public List<PlatformImage> platforms(Digest image) {
        try {
            return platforms(shop.store(), need(image), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The platforms of an image whose documents are in the store. */
    static List<PlatformImage> platforms(Store store, Descriptor image, @Nullable Platform only) throws IOException {
        List<Descriptor> manifests = MediaTypes.isIndex(image.mediaType())
                ? Index.parse(store.blobs().read(image.digest())).manifests()
                : List.of(image);
        List<PlatformImage> platforms = new ArrayList<>();
        for (Descriptor manifest : manifests) {
            Platform platform = manifest.platform();
            boolean isImage = platform == null || !platform.os().equals("unknown");
            if (!isImage || !store.blobs().has(manifest.digest())) {
                continue;
            }
            Manifest parts = Manifest.parse(store.blobs().read(manifest.digest()));
            Digest digest = parts.config().digest();
            if (store.blobs().has(digest)) {
                ImageConfig config = ImageConfig.parse(store.blobs().read(digest));
                Platform shown = platform == null ? config.platform() : platform;
                if (only == null || only.matches(shown)) {
                    long bytes = parts.config().size()
                            + parts.layers().stream()
                                    .mapToLong(Descriptor::size)
                                    .sum();
                    platforms.add(new PlatformImage(shown, manifest, config, bytes));
                }
            }
        }
        return platforms;
    }

    @Override
    public void tag(Digest image, Reference name) {
        try {
            shop.store().images().put(BaseImages.local(name.withDefaultTag()), need(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void export(Digest image, Output output, BuildListener listener) throws InterruptedException {
        Descriptor root = need(image);
        Tasks tasks = new Tasks();
        Exports exports = new Exports(
                shop, new ImageMover(shop.store(), shop.registry(), shop.layers()), new Progress(listener, masker));
        work(image.toString(), tasks, () -> {
            exports.write(root, output, tasks);
            return root;
        });
    }

    /** Runs a transfer and tells its failures in this door's words. */
    private static <T> T work(String what, Tasks tasks, Callable<T> transfer) throws InterruptedException {
        try {
            return tasks.run(transfer);
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.CANCELLED) {
                throw cancelled(e);
            }
            throw e.kind() == RegistryException.Kind.NOT_FOUND
                    ? new ImageNotFoundException(what, e)
                    : new ImageTransferException(what + ": " + e.getMessage(), what, e.retryable(), e);
        } catch (IOException e) {
            if (Tasks.isCancellation(e)) {
                throw cancelled(e);
            }
            throw new ImageTransferException(what + ": " + e.getMessage(), what, false, e);
        } catch (BuildFailedException e) {
            throw new ImageTransferException(
                    what + ": " + e.getMessage(), what, e.failure().retryable(), e);
        }
    }

    private static InterruptedException cancelled(Exception cause) {
        InterruptedException interrupted = new InterruptedException("cancelled");
        interrupted.initCause(cause);
        return interrupted;
    }
}
