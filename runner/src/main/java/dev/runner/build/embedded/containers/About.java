package dev.runner.build.embedded.containers;

import dev.runner.build.container.ContainerSpec;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import java.time.Instant;
import java.util.List;

/**
 * What a container is, from when it is made.
 *
 * @param kept whether it stays until somebody removes it; otherwise it goes with the process that owns it
 * @param image the manifest that its files come from
 * @param root the document that the image's name meant: that manifest, or the index that holds it
 * @param command entrypoint and command as they are run
 * @param maker the process that made it
 */
public record About(
        String id,
        String name,
        boolean kept,
        ContainerSpec spec,
        Digest image,
        Descriptor root,
        Platform platform,
        List<String> command,
        Instant created,
        Owner maker) {
    public About {
        command = List.copyOf(command);
    }
}
