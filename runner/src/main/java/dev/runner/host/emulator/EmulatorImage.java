package dev.runner.host.emulator;

import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;

/** Brings the files of an image such as {@code tonistiigi/binfmt} to this machine. */
@FunctionalInterface
public interface EmulatorImage {
    /**
     * Pulls an image and unpacks it.
     *
     * @param image a reference
     * @param host the platform whose variant of the image is wanted
     * @param into an empty folder
     * @return the folder that holds the image's root
     */
    Path fetch(String image, Platform host, Path into) throws IOException;
}
