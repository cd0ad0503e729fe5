package dev.runner.cli.docker;

import dev.runner.build.LocalImages;
import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** The image that a container is made of: of this machine, or pulled as {@code --pull} says. */
final class ImageChoice {
    private ImageChoice() {}

    /** The manifest of the platform that runs. */
    static Descriptor of(Call call, String word, @Nullable Platform platform) throws IOException, InterruptedException {
        LocalImages images = call.around().localImages();
        String pull = call.text("pull", "missing");
        Descriptor found = pull.equals("always") ? null : new Names(images).find(word);
        if (found != null && platform != null && !fits(images, found, platform)) {
            found = null;
        }
        if (found == null) {
            found = pull(call, word, platform, pull);
        }
        Reference name = Names.tryParse(word);
        if (MediaTypes.isIndex(found.mediaType()) && name != null) {
            found = images.single(name, found, platform);
        }
        warn(call, images, found, platform);
        return found;
    }

    private static boolean fits(LocalImages images, Descriptor root, Platform wanted) throws IOException {
        if (MediaTypes.isIndex(root.mediaType())) {
            return images.platforms(root).stream().anyMatch(wanted::matches);
        }
        return wanted.matches(platform(images, root));
    }

    private static Platform platform(LocalImages images, Descriptor manifest) throws IOException {
        Manifest parsed = Manifest.parse(images.read(manifest.digest()));
        return MediaTypes.isConfig(parsed.config().mediaType())
                ? ImageConfig.parse(images.read(parsed.config().digest())).platform()
                : Platform.host();
    }

    private static Descriptor pull(Call call, String word, @Nullable Platform platform, String when)
            throws IOException, InterruptedException {
        Reference name = parsed(word);
        if (when.equals("never") || name == null) {
            throw RunCommands.failure("Error response from daemon: No such image: " + Names.shown(word));
        }
        Reference wanted = name.withDefaultTag();
        PrintWriter to = call.on("quiet") ? null : call.around().err();
        if (to != null && !when.equals("always")) {
            to.println("Unable to find image '" + wanted.familiar() + "' locally");
        }
        try {
            return new TransferCommands.Pulling(call.around(), to).pull(wanted, platform);
        } catch (DockerFailure e) {
            throw RunCommands.failure(e.text());
        }
    }

    private static @Nullable Reference parsed(String word) {
        if (word.startsWith("sha256:")) {
            return null;
        }
        try {
            return Names.parse(word);
        } catch (DockerFailure e) {
            throw RunCommands.failure(e.text());
        }
    }

    /** Docker says so when a foreign image runs that nobody asked for by its platform. */
    private static void warn(Call call, LocalImages images, Descriptor root, @Nullable Platform asked)
            throws IOException {
        Platform its = platform(images, root);
        if (asked == null
                && !Platform.host()
                        .normalized()
                        .architecture()
                        .equals(its.normalized().architecture())) {
            call.tell(
                    "WARNING: The requested image's platform (" + its + ") does not match the detected host platform ("
                            + Platform.host() + ") and no specific platform was requested");
        }
    }
}
