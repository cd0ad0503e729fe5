package dev.runner.step;

import dev.runner.registry.Credentials;
import dev.runner.registry.LoginResult;
import dev.runner.registry.RegistryClient;
import dev.runner.secret.Secret;
import java.io.IOException;

/** Shows credentials to a registry now, and keeps them for the run or until they are taken back. */
public final class RegistryLogin {
    private static final String HUB = "docker.io";

    private final String domain;
    private final Credentials.UserPassword credentials;

    private RegistryLogin(String domain, Credentials.UserPassword credentials) {
        this.domain = domain;
        this.credentials = credentials;
    }

    /**
     * Somebody at a registry.
     *
     * @param registry {@code host[:port]}, with a scheme or a path if people like; empty for Docker Hub
     * @throws IllegalArgumentException when the user name is none
     */
    public static RegistryLogin of(String registry, String username, String password) {
        return new RegistryLogin(
                registry.isEmpty() ? HUB : domain(registry),
                new Credentials.UserPassword(username, Secret.of("password", password)));
    }

    /**
     * Shows them to the registry and keeps them.
     *
     * @throws dev.runner.registry.RegistryException when the registry refuses them
     * @throws IOException when they cannot be kept for scripts
     */
    public LoginResult login(RegistryClient client, RunServices services) throws IOException {
        LoginResult result = client.checkLogin(domain, credentials);
        services.login(domain, credentials);
        return result;
    }

    /** Takes them back; what another step has logged in with stays. */
    public void logout(RunServices services) throws IOException {
        services.logout(domain, credentials);
    }

    /** The registry's name. */
    public String domain() {
        return domain;
    }

    /** People write registries with a scheme or a path, as Docker allows. */
    private static String domain(String registry) {
        String bare = registry.replaceFirst("^https?://", "");
        int slash = bare.indexOf('/');
        String host = slash < 0 ? bare : bare.substring(0, slash);
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? HUB : host;
    }
}
