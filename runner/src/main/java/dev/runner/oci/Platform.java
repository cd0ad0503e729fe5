package dev.runner.oci;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An operating system, an architecture and a variant of it. Two spellings may mean one platform ({@code linux/arm} and
 * {@code linux/arm/v7}): compare by {@link #matches}, or by equality of {@link #normalized} ones.
 *
 * @param variant empty when there is none
 * @param osVersion empty but for Windows
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">image-spec, platform</a>
 */
public record Platform(String os, String architecture, String variant, String osVersion) {
    public Platform {
        if (os.isEmpty() || architecture.isEmpty()) {
            throw new IllegalArgumentException("a platform needs an operating system and an architecture");
        }
    }

    public static Platform of(String os, String architecture, String variant) {
        return new Platform(os, architecture, variant, "");
    }

    /** A Linux platform, such as {@code linux("arm", "v7")}. */
    public static Platform linux(String architecture, String variant) {
        return of("linux", architecture, variant);
    }

    /**
     * Parses {@code os/architecture/variant}, {@code os/architecture}, {@code os} or {@code architecture}, with names
     * normalised as containerd does ({@code x86_64} is {@code amd64}, {@code aarch64} is {@code arm64}). The variant
     * stays as written: use {@link #normalized} where the platform is a key.
     *
     * @throws IllegalArgumentException with a message for people when it is no platform
     */
    public static Platform parse(String text) {
        return PlatformParser.parse(text);
    }

    /** With normal names and the variant that an unwritten one means: {@code arm/v7}, {@code arm64} for arm64/v8. */
    public Platform normalized() {
        return PlatformParser.normalize(this);
    }

    /** The platform of this machine, Linux standing in for other systems' containers. */
    public static Platform host() {
        return parse("linux/" + System.getProperty("os.arch").toLowerCase(Locale.ROOT));
    }

    /** Whether an image of that platform is what this platform asks for, exactly after normalising. */
    public boolean matches(Platform image) {
        Platform a = normalized();
        Platform b = image.normalized();
        return a.os.equals(b.os) && a.architecture.equals(b.architecture) && a.variant.equals(b.variant);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }

    /** Parses, or gives null where the text is no platform. */
    public static @Nullable Platform tryParse(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
