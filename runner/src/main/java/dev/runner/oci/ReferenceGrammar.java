package dev.runner.oci;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of references before any default is filled in: {@code [domain/]path[:tag][@digest]}.
 *
 * @see <a href="https://github.com/distribution/reference/blob/main/reference.go">distribution/reference, Grammar</a>
 */
final class ReferenceGrammar {
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final String PATH = COMPONENT + "(?:/" + COMPONENT + ")*";
    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final String DOMAIN = "(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?";
    private static final String TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    private static final String DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

    private static final Pattern ONLY_DOMAIN = Pattern.compile(DOMAIN);
    private static final Pattern ONLY_PATH = Pattern.compile(PATH);
    private static final Pattern ONLY_TAG = Pattern.compile(TAG);
    private static final Pattern WHOLE = Pattern.compile("(?:(?<domain>" + DOMAIN + ")/)?(?<path>" + PATH
            + ")(?::(?<tag>" + TAG + "))?(?:@(?<digest>" + DIGEST + "))?");

    /** The longest path, in characters; the domain does not count. */
    static final int LONGEST_PATH = 255;

    private ReferenceGrammar() {}

    /** What can be wrong with a reference. */
    enum Fault {
        EMPTY,
        FORMAT,
        UPPERCASE,
        TOO_LONG,
        DIGEST
    }

    /** A text that is no reference, with what is wrong. */
    static final class Malformed extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
        private final Fault fault;

        Malformed(Fault fault, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.fault = fault;
        }

        Fault fault() {
            return fault;
        }
    }

    /** A reference's parts as written; the domain is empty when there is none. */
    record Parts(
            String domain,
            String path,
            @Nullable String tag,
            @Nullable Digest digest) {}

    static Parts parse(String text) {
        return parse(text, text);
    }

    /**
     * Parses.
     *
     * @param shown the text as people wrote it, for messages
     */
    static Parts parse(String text, String shown) {
        if (text.isEmpty()) {
            throw new Malformed(Fault.EMPTY, "an image reference is empty", null);
        }
        Matcher matcher = WHOLE.matcher(text);
        if (!matcher.matches()) {
            if (WHOLE.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
                throw new Malformed(Fault.UPPERCASE, "'" + shown + "': a repository's name must be lowercase", null);
            }
            throw new Malformed(
                    Fault.FORMAT,
                    "'" + shown + "' is not an image reference; write domain/path:tag or domain/path@sha256:…",
                    null);
        }
        String domain = matcher.group("domain");
        String path = matcher.group("path");
        if (path.length() > LONGEST_PATH) {
            throw new Malformed(
                    Fault.TOO_LONG, "the repository's name is longer than " + LONGEST_PATH + " characters", null);
        }
        return new Parts(domain == null ? "" : domain, path, matcher.group("tag"), digest(matcher.group("digest")));
    }

    private static @Nullable Digest digest(@Nullable String text) {
        try {
            return text == null ? null : Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Malformed(Fault.DIGEST, String.valueOf(e.getMessage()), e);
        }
    }

    static boolean isDomain(String text) {
        return ONLY_DOMAIN.matcher(text).matches();
    }

    static boolean isPath(String text) {
        return ONLY_PATH.matcher(text).matches();
    }

    static boolean isTag(String text) {
        return ONLY_TAG.matcher(text).matches();
    }
}
