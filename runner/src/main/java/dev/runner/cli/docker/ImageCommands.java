package dev.runner.cli.docker;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Reference;
import java.io.IOException;

/** {@code docker tag} and {@code docker images}. */
final class ImageCommands {
    private ImageCommands() {}

    static Command tag(String path) {
        return Command.of(
                        path,
                        "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
                        "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
                        ImageCommands::tag)
                .words(2);
    }

    private static int tag(Call call) throws IOException {
        Reference target;
        try {
            target = Reference.parse(call.word(1));
        } catch (IllegalArgumentException e) {
            throw DockerFailure.of("Error parsing reference: \"" + call.word(1)
                    + "\" is not a valid repository/tag: invalid reference format");
        }
        if (target.digest() != null) {
            throw DockerFailure.of("refusing to create a tag with a digest reference");
        }
        Descriptor image = new Names(call.around().localImages()).need(call.word(0));
        call.around().images().tag(image.digest(), target.withDefaultTag());
        return 0;
    }

    static Command list(String path) {
        return ImageList.command(path);
    }
}
