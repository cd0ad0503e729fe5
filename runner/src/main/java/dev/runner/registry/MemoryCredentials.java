package dev.runner.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Credentials kept in memory, for as long as a run lasts: what login steps fill. Safe for use by several threads. */
public final class MemoryCredentials implements CredentialSource {
    private final Map<String, Credentials> byDomain = new ConcurrentHashMap<>();

    /** Remembers credentials for a registry, in place of earlier ones. */
    public void put(String domain, Credentials credentials) {
        byDomain.put(DockerConfig.normalize(domain), credentials);
    }

    /** Forgets a registry's credentials. */
    public void remove(String domain) {
        byDomain.remove(DockerConfig.normalize(domain));
    }

    @Override
    public Credentials find(String domain) {
        return byDomain.getOrDefault(DockerConfig.normalize(domain), Credentials.anonymous());
    }
}
