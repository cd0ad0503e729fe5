package dev.runner.cli.docker;

import dev.runner.build.LocalImages;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the words that stand for images mean: names, ids and beginnings of ids. */
final class Names {
    private final LocalImages images;

    Names(LocalImages images) {
        this.images = images;
    }

    /** @throws DockerFailure with Docker's text when it is no name */
    static Reference parse(String text) {
        try {
            return Reference.parse(text);
        } catch (IllegalArgumentException e) {
            boolean upper = !text.toLowerCase(java.util.Locale.ROOT).equals(text);
            throw DockerFailure.of("invalid reference format"
                    + (upper ? ": repository name (" + text.replaceFirst(":[^/]*$", "") + ") must be lowercase" : ""));
        }
    }

    /** The image a word means in the local store; null when there is none. */
    @Nullable
    Descriptor find(String word) throws IOException {
        Reference name = tryParse(word);
        if (name != null) {
            Reference wanted = name.withDefaultTag();
            for (LocalImages.Entry entry : images.list()) {
                if (wanted.equals(entry.name()) || isByDigest(wanted, entry)) {
                    return entry.root();
                }
            }
        }
        return byId(word);
    }

    private static boolean isByDigest(Reference wanted, LocalImages.Entry entry) {
        Reference name = entry.name();
        return wanted.digest() != null
                && name != null
                && name.name().equals(wanted.name())
                && entry.root().digest().equals(wanted.digest());
    }

    private @Nullable Descriptor byId(String word) throws IOException {
        String hex = word.startsWith("sha256:") ? word.substring("sha256:".length()) : word;
        if (!hex.matches("[0-9a-f]{1,64}")) {
            return null;
        }
        Map<Digest, Descriptor> found = new LinkedHashMap<>();
        for (LocalImages.Entry entry : images.list()) {
            boolean fits = id(entry.root()).hex().startsWith(hex)
                    || entry.root().digest().hex().startsWith(hex);
            if (fits) {
                found.put(entry.root().digest(), entry.root());
            }
        }
        return found.size() == 1 ? found.values().iterator().next() : null;
    }

    /** The image a word means. */
    Descriptor need(String word) throws IOException {
        Descriptor found = find(word);
        if (found == null) {
            throw DockerFailure.ofDaemon("No such image: " + shown(word));
        }
        return found;
    }

    /** With the tag that is meant, as Docker's engine says names. */
    static String shown(String word) {
        Reference name = tryParse(word);
        return name == null ? word : name.withDefaultTag().familiar();
    }

    static @Nullable Reference tryParse(String word) {
        try {
            return word.startsWith("sha256:") ? null : Reference.parse(word);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The id of an image: the digest of its config, or of the index where there are several. */
    Digest id(Descriptor root) throws IOException {
        if (!MediaTypes.isManifest(root.mediaType())) {
            return root.digest();
        }
        try {
            return Manifest.parse(images.read(root.digest())).config().digest();
        } catch (NoSuchFileException e) {
            return root.digest();
        }
    }

    /** The twelve digits by which Docker shows ids. */
    static String brief(Digest id) {
        return id.hex().substring(0, 12);
    }
}
