package dev.runner.checkout;

import dev.runner.secret.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Whom to be for a server. Given only to the host of the request's repository, never to one that it redirects to or that
 * a submodule names.
 *
 * @param username for HTTP; null with a token means {@code x-access-token}, which GitHub, GitLab and Gitea take
 * @param password password or token for HTTP
 * @param sshKey the private key's text, in OpenSSH or PEM form; null means the user's own keys and agent
 * @param passphrase of the private key
 * @param knownHosts lines of a {@code known_hosts} file; null means the user's own. A host that is in neither is refused
 * @param persist write them into the new repository's {@code .git}, so that {@code git fetch} works in later steps
 */
public record GitCredentials(
        @Nullable String username,
        @Nullable Secret password,
        @Nullable Secret sshKey,
        @Nullable Secret passphrase,
        @Nullable Secret knownHosts,
        boolean persist) {
    private static final GitCredentials NONE = new GitCredentials(null, null, null, null, null, false);

    public static GitCredentials none() {
        return NONE;
    }

    public static GitCredentials token(Secret token) {
        return new GitCredentials(null, token, null, null, null, false);
    }

    public static GitCredentials password(String username, Secret password) {
        return new GitCredentials(username, password, null, null, null, false);
    }

    public static GitCredentials sshKey(Secret key, @Nullable Secret knownHosts) {
        return new GitCredentials(null, null, key, null, knownHosts, false);
    }

    public GitCredentials withPersist(boolean newPersist) {
        return new GitCredentials(username, password, sshKey, passphrase, knownHosts, newPersist);
    }

    String usernameOrToken() {
        return username == null || username.isEmpty() ? "x-access-token" : username;
    }
}
