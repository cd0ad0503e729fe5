package dev.runner.oci;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image's name: {@code domain/path:tag@digest}, normalised as Docker does ({@code busybox} is
 * {@code docker.io/library/busybox}).
 *
 * @see <a href="https://github.com/distribution/reference">distribution/reference</a>
 */
public record Reference(
        String domain,
        String path,
        @Nullable String tag,
        @Nullable Digest digest) {
    private static final String DOCKER_HUB = "docker.io";
    private static final String OFFICIAL = "library/";
    private static final Pattern HEX_NAME = Pattern.compile("[a-f0-9]{64}");

    public Reference {
        if (!ReferenceGrammar.isDomain(domain) || !ReferenceGrammar.isPath(path)) {
            throw new IllegalArgumentException("'" + domain + "/" + path + "' is not a repository name");
        }
        if (path.length() > ReferenceGrammar.LONGEST_PATH) {
            throw new IllegalArgumentException(
                    "the repository's name is longer than " + ReferenceGrammar.LONGEST_PATH + " characters");
        }
        if (tag != null && !ReferenceGrammar.isTag(tag)) {
            throw new IllegalArgumentException(
                    "'" + tag + "' is not a tag: letters, digits, '_', '.', '-', at most 128");
        }
    }

    /**
     * Parses a name as people write it.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static Reference parse(String text) {
        if (HEX_NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is a bare image id, not a name");
        }
        int slash = text.indexOf('/');
        String head = slash < 0 ? "" : text.substring(0, slash);
        boolean hasDomain = head.contains(".")
                || head.contains(":")
                || head.equals("localhost")
                || !head.toLowerCase(Locale.ROOT).equals(head);
        String domain = hasDomain ? head : DOCKER_HUB;
        String rest = hasDomain ? text.substring(slash + 1) : text;
        if (domain.equals("index.docker.io")) {
            domain = DOCKER_HUB;
        }
        if (domain.equals(DOCKER_HUB) && !text.isEmpty() && !rest.contains("/")) {
            rest = OFFICIAL + rest;
        }
        ReferenceGrammar.Parts parts = ReferenceGrammar.parse(text.isEmpty() ? "" : domain + "/" + rest, text);
        return new Reference(domain, parts.path(), parts.tag(), parts.digest());
    }

    /** Whether a text is a legal tag. */
    public static boolean isTag(String text) {
        return ReferenceGrammar.isTag(text);
    }

    /** {@code domain/path}. */
    public String name() {
        return domain + "/" + path;
    }

    /** Without Docker Hub's domain and {@code library/}, as {@code docker} shows names; tag and digest kept. */
    public String familiar() {
        if (!domain.equals(DOCKER_HUB)) {
            return toString();
        }
        String name = path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
        boolean ambiguous = name.contains("/") || HEX_NAME.matcher(name).matches();
        return (ambiguous ? path : name) + suffix();
    }

    public Reference withTag(@Nullable String value) {
        return new Reference(domain, path, value, null);
    }

    public Reference withDigest(@Nullable Digest value) {
        return new Reference(domain, path, null, value);
    }

    public Reference withDomain(String value) {
        return new Reference(value, path, tag, digest);
    }

    /** With the tag {@code latest} where there is neither tag nor digest. */
    public Reference withDefaultTag() {
        return tag == null && digest == null ? withTag("latest") : this;
    }

    /** What names the manifest in a registry's URL: the digest if there is one, else the tag, else {@code latest}. */
    public String manifestName() {
        return digest != null ? digest.toString() : tag != null ? tag : "latest";
    }

    private String suffix() {
        return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    @Override
    public String toString() {
        return name() + suffix();
    }
}
