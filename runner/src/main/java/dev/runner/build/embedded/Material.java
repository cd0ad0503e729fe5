package dev.runner.build.embedded;

import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a build read that is not of the context.
 *
 * @param uri without credentials
 * @param platform the only one whose image it is for; null for every
 */
record Material(
        String uri, Map<String, String> digests, @Nullable Platform platform) {
    Material {
        digests = Map.copyOf(digests);
    }

    /** A base image, as a package URL. */
    static Material image(Reference name, String digest, Platform platform, Platform target) {
        Reference tagged = name.withDefaultTag();
        String version = tagged.tag() == null ? "" : "@" + tagged.tag();
        String uri = "pkg:docker/" + tagged.withTag(null).familiar() + version + "?digest=" + digest + "&platform="
                + URLEncoder.encode(platform.toString(), StandardCharsets.UTF_8);
        int colon = digest.indexOf(':');
        return new Material(uri, Map.of(digest.substring(0, colon), digest.substring(colon + 1)), target);
    }
}
