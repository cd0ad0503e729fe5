package dev.runner.checkout;

import dev.runner.secret.Secret;
import java.util.Objects;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** Gives credentials to the server they are for, and to no other that this one may redirect to. Never asks a person. */
final class HostCredentials extends CredentialsProvider {
    private final URIish server;
    private final @Nullable String username;
    private final @Nullable String password;

    HostCredentials(Location.Remote location, GitCredentials credentials) {
        this.server = location.uri();
        Secret given = credentials.password();
        this.username = given == null ? location.userInfo() : credentials.usernameOrToken();
        this.password = given == null ? location.password() : given.reveal();
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
        for (CredentialItem item : items) {
            if (!(item instanceof CredentialItem.Username) && !(item instanceof CredentialItem.Password)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean get(URIish asking, CredentialItem... items) {
        boolean known = username != null || password != null;
        if (!known || !sameServer(asking) || !supports(items)) {
            return false;
        }
        for (CredentialItem item : items) {
            if (item instanceof CredentialItem.Username name) {
                name.setValue(username == null ? "" : username);
            } else if (item instanceof CredentialItem.Password secret) {
                secret.setValue(password == null ? new char[0] : password.toCharArray());
            }
        }
        return true;
    }

    private boolean sameServer(URIish asking) {
        return Objects.equals(asking.getScheme(), server.getScheme())
                && Objects.equals(asking.getHost(), server.getHost())
                && asking.getPort() == server.getPort();
    }
}
