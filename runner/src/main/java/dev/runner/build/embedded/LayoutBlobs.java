package dev.runner.build.embedded;

import dev.runner.build.ImageNotFoundException;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What one platform's image in an OCI layout consists of. */
final class LayoutBlobs {
    private LayoutBlobs() {}

    static List<Descriptor> of(Descriptor root, Platform platform, OciLayout layout) throws IOException {
        List<Descriptor> blobs = new ArrayList<>(List.of(root));
        Descriptor manifest = root;
        if (MediaTypes.isIndex(root.mediaType())) {
            Index index = Index.parse(layout.read(root));
            Descriptor found = index.find(platform);
            if (found == null) {
                throw new ImageNotFoundException("in " + layout.folder(), platform, BaseImages.platforms(index));
            }
            manifest = found;
            blobs.add(manifest);
        }
        Manifest content = Manifest.parse(layout.read(manifest));
        blobs.add(content.config());
        blobs.addAll(content.layers());
        return blobs;
    }
}
