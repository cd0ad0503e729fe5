package dev.runner.registry;

import dev.runner.secret.Secret;

/** Who we are at a registry. */
public sealed interface Credentials {
    /** Nobody in particular. */
    static Credentials anonymous() {
        return new Anonymous();
    }

    /** No credentials. */
    record Anonymous() implements Credentials {}

    /** A name and its password or access token; for basic authentication, or to be changed for a token. */
    record UserPassword(String username, Secret password) implements Credentials {
        public UserPassword {
            if (username.isEmpty() || username.indexOf(':') >= 0) {
                throw new IllegalArgumentException("a user name is not empty and has no ':'");
            }
        }
    }

    /** A refresh token that the token service changes for access tokens (OAuth2, {@code identitytoken} of Docker). */
    record IdentityToken(Secret token) implements Credentials {}

    /** A bearer token that the registry takes as it is. */
    record RegistryToken(Secret token) implements Credentials {}
}
