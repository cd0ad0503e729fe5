package dev.runner.oci;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an image consists of: from a manifest or an index down to configs and layers. */
final class ImageWalk {
    private final ContentSource content;
    private final Map<Digest, Descriptor> found = new LinkedHashMap<>();

    private ImageWalk(ContentSource content) {
        this.content = content;
    }

    /** All that some roots refer to, themselves too, each once; what is referred to comes before what refers to it. */
    static List<Descriptor> reachable(List<Descriptor> roots, ContentSource content) throws IOException {
        ImageWalk walk = new ImageWalk(content);
        for (Descriptor root : roots) {
            walk.visit(root);
        }
        return new ArrayList<>(walk.found.values());
    }

    private void visit(Descriptor descriptor) throws IOException {
        if (found.containsKey(descriptor.digest())) {
            return;
        }
        if (MediaTypes.isIndex(descriptor.mediaType())) {
            for (Descriptor manifest : Index.parse(content.read(descriptor)).manifests()) {
                visit(manifest);
            }
        } else if (MediaTypes.isManifest(descriptor.mediaType())) {
            Manifest manifest = Manifest.parse(content.read(descriptor));
            visit(manifest.config());
            for (Descriptor layer : manifest.layers()) {
                visit(layer);
            }
        }
        found.put(descriptor.digest(), descriptor);
    }
}
