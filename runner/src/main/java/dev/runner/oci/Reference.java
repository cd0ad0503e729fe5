package dev.runner.oci;

import java.util.Locale;
import java.util.regex.Matcher;
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
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern DOMAIN =
            Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");
    private static final Pattern TAG = Pattern.compile("[\\w][\\w.-]{0,127}");
    private static final Pattern WHOLE =
            Pattern.compile("(?<name>[^@]*?)(?::(?<tag>[\\w][\\w.-]{0,127}))?(?:@(?<digest>[^@]+))?");
    private static final Pattern HEX_NAME = Pattern.compile("[a-f0-9]{64}");

    public Reference {
        if (!DOMAIN.matcher(domain).matches() || !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("'" + domain + "/" + path + "' is not a repository name");
        }
        if (domain.length() + 1 + path.length() > 255 + domain.length()) {
            throw new IllegalArgumentException("the repository name is longer than 255 characters");
        }
        if (tag != null && !TAG.matcher(tag).matches()) {
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
        Matcher matcher = WHOLE.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an image reference");
        }
        String name = matcher.group("name");
        int slash = name.indexOf('/');
        String head = slash < 0 ? "" : name.substring(0, slash);
        boolean hasDomain = head.contains(".")
                || head.contains(":")
                || head.equals("localhost")
                || !head.toLowerCase(Locale.ROOT).equals(head);
        String domain = hasDomain ? head : "docker.io";
        String path = hasDomain ? name.substring(slash + 1) : name;
        if (domain.equals("index.docker.io")) {
            domain = "docker.io";
        }
        if (domain.equals("docker.io") && !path.contains("/")) {
            path = "library/" + path;
        }
        if (!path.toLowerCase(Locale.ROOT).equals(path)) {
            throw new IllegalArgumentException("repository name must be lowercase: '" + path + "'");
        }
        String digest = matcher.group("digest");
        return new Reference(domain, path, matcher.group("tag"), digest == null ? null : Digest.parse(digest));
    }

    /** Whether a text is a legal tag. */
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    /** {@code domain/path}. */
    public String name() {
        return domain + "/" + path;
    }

    /** Without Docker Hub's domain and {@code library/}, as {@code docker} shows names; tag and digest kept. */
    public String familiar() {
        String name = domain.equals("docker.io") ? path : name();
        String brief = name.startsWith("library/") && domain.equals("docker.io") ? name.substring(8) : name;
        return brief + suffix();
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
