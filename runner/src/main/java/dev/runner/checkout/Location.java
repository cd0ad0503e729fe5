package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** Where a repository is. */
sealed interface Location {
    Set<String> SCHEMES = Set.of("https", "http", "ssh", "git", "file", "git+ssh", "ssh+git");
    Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*", Pattern.DOTALL);
    /** As git reads it: a colon before the first slash makes it a host. */
    Pattern SCP_LIKE = Pattern.compile("(?:[^/@:\\s]+@)?(?:\\[[^/\\]]+]|[^/:\\s]+):(?!//).*", Pattern.DOTALL);

    Pattern USER_INFO = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^/?#\\s]*@");

    /** A folder of this machine whose objects may be shared. */
    record Local(Path path) implements Location {
        @Override
        public String shown() {
            return path.toString();
        }
    }

    /**
     * What is asked over a transport.
     *
     * @param uri without user info, but for the user of SSH
     * @param userInfo the user name that the URL had, for HTTP
     * @param password the password that the URL had
     */
    record Remote(
            URIish uri, @Nullable String userInfo, @Nullable String password) implements Location {
        @Override
        public String shown() {
            return uri.toString();
        }

        boolean http() {
            return "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        }

        boolean file() {
            return "file".equals(uri.getScheme());
        }

        boolean ssh() {
            return !http() && !file() && !"git".equals(uri.getScheme());
        }
    }

    /** As it may be shown and stored: without credentials. */
    String shown();

    /** Reads what a person wrote; a relative path is relative to the base. */
    static Location parse(String text, Path base) {
        var url = URL.matcher(text);
        if (url.matches()) {
            if (!SCHEMES.contains(url.group(1).toLowerCase(java.util.Locale.ROOT))) {
                throw new CheckoutException(
                        Reason.UNSUPPORTED,
                        text,
                        "no transport for " + redacted(text) + ": use https, ssh or file",
                        null);
            }
            return remote(text);
        }
        return SCP_LIKE.matcher(text).matches()
                ? remote(text)
                : new Local(base.resolve(text).normalize());
    }

    private static Remote remote(String text) {
        try {
            URIish uri = new URIish(text);
            if ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) {
                return new Remote(uri.setUser(null).setPass(null), uri.getUser(), uri.getPass());
            }
            if (uri.getHost() != null && uri.getHost().startsWith("-")) {
                throw new CheckoutException(Reason.UNSAFE, text, "a host name does not begin with a dash", null);
            }
            return new Remote(uri.setPass(null), null, uri.getPass());
        } catch (URISyntaxException e) {
            // The exception quotes the URL with its password, so it is not kept as the cause.
            throw new CheckoutException(Reason.UNSUPPORTED, text, "not a repository's URL: " + redacted(text), null);
        }
    }

    /** A URL without what stands before the {@code @}; any other text as it is. Finds URLs inside a text, too. */
    static String redacted(String text) {
        return USER_INFO.matcher(text).replaceAll(match -> {
            String scheme = match.group(1);
            boolean bareUser = scheme.startsWith("ssh") && match.group().indexOf(':', scheme.length()) < 0;
            return java.util.regex.Matcher.quoteReplacement(bareUser ? match.group() : scheme + "***@");
        });
    }

    /**
     * A submodule's URL, which may be relative to its parent's ({@code ./x}, {@code ../x}).
     *
     * @see <a href="https://git-scm.com/docs/gitmodules">gitmodules</a>
     */
    static String resolve(String parent, String url) {
        if (!url.startsWith("./") && !url.startsWith("../")) {
            return url;
        }
        String base = parent.endsWith("/") ? parent.substring(0, parent.length() - 1) : parent;
        String rest = url;
        char separator = '/';
        while (true) {
            if (rest.startsWith("./")) {
                rest = rest.substring(2);
            } else if (rest.startsWith("../")) {
                rest = rest.substring(3);
                int slash = base.lastIndexOf('/');
                int colon = base.lastIndexOf(':');
                int cut = Math.max(slash, colon);
                if (cut < 0) {
                    throw new CheckoutException(
                            Reason.UNSAFE,
                            url,
                            "the submodule's URL climbs above its parent's: " + redacted(url),
                            null);
                }
                separator = slash > colon || colon < 0 ? '/' : ':';
                base = base.substring(0, cut);
            } else {
                String joined = base + separator + rest;
                return joined.endsWith("/") ? joined.substring(0, joined.length() - 1) : joined;
            }
        }
    }
}
