package dev.runner.build.embedded.cache;

import dev.runner.build.CacheReference;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Reference;
import dev.runner.registry.BlobPush;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cache in a folder of this machine: an OCI layout. */
final class FolderPlace implements CachePlace {
    private static final String TAG = "latest";

    private final CacheReference.Local place;

    FolderPlace(CacheReference.Local place) {
        this.place = place;
    }

    @Override
    public State read() throws IOException {
        if (Files.notExists(place.path().resolve("oci-layout"))) {
            return State.EMPTY;
        }
        OciLayout layout = OciLayout.at(place.path());
        List<CacheDocument> documents = new ArrayList<>();
        for (Descriptor root : layout.index().manifests()) {
            documents.addAll(CacheImage.read(root, layout));
        }
        return new State(documents, null, false);
    }

    @Override
    public void push(List<BlobPush> layers) throws IOException {
        OciLayout layout = OciLayout.create(place.path());
        for (BlobPush layer : layers) {
            if (!layout.has(layer.blob().digest())) {
                try (InputStream in = layer.source().open()) {
                    layout.put(layer.blob(), in);
                }
            }
        }
    }

    @Override
    public boolean replace(State before, CacheRecord record) throws IOException {
        CacheImage image = CacheImage.of(record, CacheImage.Shape.DEFAULT);
        OciLayout layout = OciLayout.create(place.path());
        layout.put(image.config(), new ByteArrayInputStream(image.configJson()));
        layout.put(image.root(), new ByteArrayInputStream(image.document()));
        layout.putIndex(Index.of(
                MediaTypes.OCI_INDEX, List.of(image.root().withAnnotations(Map.of(OciLayout.REF_NAME, TAG)))));
        return true;
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return OciLayout.at(place.path()).has(blob.digest());
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
        return OciLayout.at(place.path()).open(blob);
    }

    @Override
    public @Nullable Reference repository() {
        return null;
    }
}
