package dev.runner.registry;

import java.util.List;

/** Where credentials come from. Safe for use by several threads. */
@FunctionalInterface
public interface CredentialSource {
    /**
     * The credentials for a registry.
     *
     * @param domain as in references: {@code docker.io}, {@code ghcr.io}, {@code localhost:5000}
     * @return {@link Credentials.Anonymous} when there are none
     * @throws RegistryException when a credential helper fails
     */
    Credentials find(String domain);

    /** No credentials for anyone. */
    static CredentialSource anonymous() {
        return domain -> Credentials.anonymous();
    }

    /** Asks each source in turn and takes the first answer that is not anonymous. */
    static CredentialSource firstOf(CredentialSource... sources) {
        List<CredentialSource> all = List.of(sources);
        return domain -> {
            for (CredentialSource source : all) {
                Credentials found = source.find(domain);
                if (!(found instanceof Credentials.Anonymous)) {
                    return found;
                }
            }
            return Credentials.anonymous();
        };
    }
}
