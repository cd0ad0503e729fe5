package dev.runner.build;

import dev.runner.oci.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Neither the store nor the registry has the image, or it lacks the platform. A retry does not help. */
public final class ImageNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String image;
    private final transient List<Platform> platforms;

    public ImageNotFoundException(String image, @Nullable Throwable cause) {
        super("there is no image " + image, cause);
        this.image = image;
        this.platforms = List.of();
    }

    public ImageNotFoundException(String image, Platform wanted, List<Platform> platforms) {
        super("the image " + image + " is not there for " + wanted + ", only for " + platforms);
        this.image = image;
        this.platforms = List.copyOf(platforms);
    }

    public String image() {
        return image;
    }

    /** What the image has instead; empty when there is no image at all. */
    public List<Platform> platforms() {
        return platforms;
    }
}
