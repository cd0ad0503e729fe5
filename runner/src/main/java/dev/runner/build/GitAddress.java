package dev.runner.build;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files of a git repository, written {@code URL#REF:FOLDER} or {@code URL?branch=…&subdir=…}.
 *
 * @param repository the address that git knows, which may hold credentials: show {@link #shown}
 * @param ref branch, tag, commit or full name; null for what HEAD names
 * @param folder below the root; empty for all
 * @param checksum what the commit's SHA must begin with; null for any
 * @param keepGitDir whether {@code .git} comes too; null when the address does not say
 * @param submodules whether submodules come too
 * @see <a href="https://docs.docker.com/build/concepts/context/#git-repositories">Docker's docs, Git repositories</a>
 */
public record GitAddress(
        String repository,
        @Nullable String ref,
        String folder,
        @Nullable String checksum,
        @Nullable Boolean keepGitDir,
        boolean submodules) {
    private static final Pattern HTTP = Pattern.compile("https?://[^?#]+\\.git([?#].*)?");
    private static final Pattern OTHER = Pattern.compile("(git|ssh)://.+|[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:(?!//).+");
    private static final Pattern LOCAL = Pattern.compile("file://.+");
    private static final Pattern USER = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)([^/?#@\\s]*)@");
    private static final Set<String> KEYS =
            Set.of("ref", "tag", "branch", "subdir", "checksum", "commit", "keep-git-dir", "submodules");

    public GitAddress {
        for (String part : folder.split("/")) {
            if (part.equals("..")) {
                throw new IllegalArgumentException("the folder '" + folder + "' leads out of the repository");
            }
        }
        if (checksum != null && !checksum.matches("[0-9a-f]{7,64}")) {
            throw new IllegalArgumentException("the checksum of a git repository is a commit's SHA, not " + checksum);
        }
    }

    /** Whether a text of a Dockerfile is a git repository; a repository of this machine is none there. */
    public static boolean isGit(String text) {
        return HTTP.matcher(text).matches() || OTHER.matcher(text).matches();
    }

    /** Whether a word of the command line is a git repository. */
    public static boolean isGitArgument(String text) {
        return isGit(text) || LOCAL.matcher(text).matches() || text.startsWith("github.com/");
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static GitAddress parse(String text) {
        String rest = text.startsWith("github.com/") ? "https://" + text : text;
        int hash = rest.indexOf('#');
        String fragment = hash < 0 ? "" : rest.substring(hash + 1);
        rest = hash < 0 ? rest : rest.substring(0, hash);
        int mark = rest.indexOf('?');
        Map<String, String> query = query(mark < 0 ? "" : rest.substring(mark + 1), redacted(text));
        rest = mark < 0 ? rest : rest.substring(0, mark);
        if (!fragment.isEmpty() && (query.containsKey("ref") || query.containsKey("subdir"))) {
            throw new IllegalArgumentException("'" + redacted(text) + "' names a ref after # and another after ?");
        }
        int colon = fragment.indexOf(':');
        String ref = colon < 0 ? fragment : fragment.substring(0, colon);
        String folder = colon < 0 ? "" : fragment.substring(colon + 1);
        String keep = query.get("keep-git-dir");
        return new GitAddress(
                rest,
                ref.isEmpty() ? query.get("ref") : ref,
                trimmed(folder.isEmpty() ? query.getOrDefault("subdir", "") : folder),
                query.get("checksum"),
                keep == null ? null : isTrue(keep),
                isTrue(query.getOrDefault("submodules", "true")));
    }

    private static Map<String, String> query(String text, String shown) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("'" + key + "' in '" + shown + "' is not one of "
                        + String.join(", ", KEYS.stream().sorted().toList()));
            }
            String name = key.equals("tag") || key.equals("branch") ? "ref" : key.equals("commit") ? "checksum" : key;
            String full = key.equals("tag") ? "refs/tags/" : key.equals("branch") ? "refs/heads/" : "";
            if (query.putIfAbsent(name, value.startsWith("refs/") ? value : full + value) != null) {
                throw new IllegalArgumentException("'" + shown + "' says twice what " + name + " it means");
            }
        }
        return query;
    }

    private static boolean isTrue(String value) {
        return value.isEmpty() || value.equals("1") || value.equalsIgnoreCase("true");
    }

    private static String trimmed(String folder) {
        return folder.replaceAll("/+", "/").replaceAll("^/|/$", "").replaceAll("^\\.$", "");
    }

    public GitAddress withKeepGitDir(boolean value) {
        return new GitAddress(repository, ref, folder, checksum, value, submodules);
    }

    public GitAddress withChecksum(@Nullable String value) {
        return new GitAddress(repository, ref, folder, value, keepGitDir, submodules);
    }

    /** Of the repository, without a user and a port; empty for a path. */
    String host() {
        return repository
                .replaceFirst("^[a-z]+://", "")
                .replaceFirst("^[^/@]*@", "")
                .replaceFirst("[:/].*", "");
    }

    /** As it may be shown: without credentials. */
    public String shown() {
        String place = (ref == null ? "" : ref) + (folder.isEmpty() ? "" : ":" + folder);
        return redacted(repository) + (place.isEmpty() ? "" : "#" + place);
    }

    /** A text without the users and passwords of addresses in it; the user of SSH is none. */
    public static String redacted(String text) {
        return USER.matcher(text).replaceAll(match -> {
            boolean plain = match.group(1).startsWith("ssh") && !match.group(2).contains(":");
            String user = match.group(2).contains(":") ? "xxxxx:xxxxx" : "xxxxx";
            return java.util.regex.Matcher.quoteReplacement(plain ? match.group() : match.group(1) + user + "@");
        });
    }
}
