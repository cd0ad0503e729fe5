package dev.runner.build.embedded;

import dev.runner.build.ImageNotFoundException;
import dev.runner.build.LocalImages;
import dev.runner.build.embedded.store.BlobWriter;
import dev.runner.build.embedded.store.ImageStore;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.DockerArchive;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.oci.layer.Decompressor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names and images of the local store. */
final class EmbeddedLocalImages implements LocalImages {
    private static final int BUFFER = 1 << 16;

    private final Store store;
    private final Layers layers;

    EmbeddedLocalImages(Workshop shop) {
        this.store = shop.store();
        this.layers = shop.layers();
    }

    @Override
    public List<Entry> list() throws IOException {
        List<Entry> named = new ArrayList<>();
        List<Entry> nameless = new ArrayList<>();
        Set<Digest> known = new HashSet<>();
        for (ImageStore.Entry entry : store.images().list()) {
            if (entry.name().startsWith(BaseImages.RESOLVED)) {
                continue;
            }
            if (entry.name().startsWith("sha256:")) {
                nameless.add(new Entry(null, entry.root(), entry.updated()));
                continue;
            }
            Reference name = BaseImages.tryParse(entry.name());
            if (name != null) {
                named.add(new Entry(name, entry.root(), entry.updated()));
                known.add(entry.root().digest());
            }
        }
        nameless.stream()
                .filter(entry -> MediaTypes.isManifest(entry.root().mediaType()))
                .filter(entry -> !known.contains(entry.root().digest()))
                .forEach(named::add);
        return named;
    }

    @Override
    public byte[] read(Digest document) throws IOException {
        return store.blobs().read(document);
    }

    @Override
    public Descriptor single(Reference name, Descriptor root, @Nullable Platform platform) throws IOException {
        Descriptor found = root;
        if (MediaTypes.isIndex(root.mediaType())) {
            Index index = Index.parse(read(root.digest()));
            List<Platform> there = BaseImages.platforms(index);
            found = index.find(platform != null ? platform : there.size() == 1 ? there.getFirst() : Platform.host());
            if (found == null) {
                throw new ImageNotFoundException(name.familiar(), platform == null ? Platform.host() : platform, there);
            }
        }
        Descriptor single = Descriptor.of(found.mediaType(), found.digest(), found.size());
        store.images().put(single.digest().toString(), single);
        return single;
    }

    @Override
    public List<Platform> platforms(Descriptor root) throws IOException {
        return MediaTypes.isIndex(root.mediaType())
                ? BaseImages.platforms(Index.parse(read(root.digest())))
                : List.of();
    }

    @Override
    public Descriptor keep(String mediaType, byte[] document) throws IOException {
        Descriptor kept = Descriptor.of(mediaType, document);
        store.blobs().put(document);
        store.images().put(kept.digest().toString(), kept);
        return kept;
    }

    @Override
    public boolean untag(Reference name) throws IOException {
        String key = BaseImages.local(name.withDefaultTag());
        boolean known = store.images().find(key) != null;
        store.images().remove(key);
        return known;
    }

    @Override
    public void forget(Digest root) throws IOException {
        store.images().remove(root.toString());
    }

    @Override
    public boolean isWhole(Descriptor root) throws IOException {
        List<Descriptor> manifests = MediaTypes.isIndex(root.mediaType())
                ? Index.parse(read(root.digest())).manifests()
                : List.of(root);
        for (Descriptor manifest : manifests) {
            if (!store.blobs().has(manifest.digest())) {
                return false;
            }
            for (Descriptor layer : Manifest.parse(read(manifest.digest())).layers()) {
                if (!layers.isLocal(layer)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public List<Loaded> load(InputStream archive) throws IOException {
        List<Loaded> loaded = new LoadedArchive(store).read(archive);
        for (Loaded image : loaded) {
            store.images().put(image.root().digest().toString(), image.root());
            for (Reference name : image.names()) {
                store.images().put(BaseImages.local(name.withDefaultTag()), image.root());
            }
        }
        return loaded;
    }

    @Override
    public void save(List<Saved> images, OutputStream out) throws IOException {
        List<DockerArchive.Image> plain = new ArrayList<>();
        List<Descriptor> entries = new ArrayList<>();
        boolean single = true;
        for (Saved image : images) {
            single &= MediaTypes.isManifest(image.root().mediaType());
            entries.addAll(Exports.index(image.root(), image.names()).manifests());
        }
        if (!single) {
            OciLayout.writeTar(out, Index.of(MediaTypes.OCI_INDEX, entries), layers::open);
            return;
        }
        images.forEach(image -> plain.add(new DockerArchive.Image(image.root(), image.names())));
        DockerArchive.write(out, plain, layers::open);
    }

    @Override
    public Descriptor ofFiles(InputStream tar, ImageConfig template) throws IOException {
        MessageDigest plain = Digest.sha256();
        Digest diffId;
        Descriptor layer;
        try (BlobWriter writer = store.blobs().writer();
                InputStream files = Decompressor.open(new BufferedInputStream(tar, BUFFER))) {
            byte[] buffer = new byte[BUFFER];
            int n;
            while ((n = files.read(buffer)) >= 0) {
                plain.update(buffer, 0, n);
                writer.write(buffer, 0, n);
            }
            diffId = new Digest("sha256", HexFormat.of().formatHex(plain.digest()));
            long size = writer.size();
            layer = Descriptor.of(MediaTypes.OCI_LAYER, writer.commit(null), size);
        }
        ImageConfig config = new ImageConfig(
                template.created(),
                template.author(),
                template.platform(),
                template.config(),
                List.of(diffId),
                template.history(),
                template.extra());
        byte[] json = config.toJson();
        store.blobs().put(json);
        Manifest manifest =
                Manifest.of(MediaTypes.OCI_MANIFEST, Descriptor.of(MediaTypes.OCI_CONFIG, json), List.of(layer));
        return keep(MediaTypes.OCI_MANIFEST, manifest.toJson());
    }
}
