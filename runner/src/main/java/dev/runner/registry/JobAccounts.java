package dev.runner.registry;

import dev.runner.secret.Secret;
import java.util.List;
import java.util.Map;

/**
 * The accounts that GitLab gives a job by its environment: of the project's registry, and of the group's proxy for Docker Hub.
 *
 * @see <a href="https://docs.gitlab.com/ci/variables/predefined_variables/">Predefined variables</a>
 */
public final class JobAccounts {
    private static final List<List<String>> VARIABLES = List.of(
            List.of("CI_REGISTRY", "CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD"),
            List.of("CI_DEPENDENCY_PROXY_SERVER", "CI_DEPENDENCY_PROXY_USER", "CI_DEPENDENCY_PROXY_PASSWORD"));

    private JobAccounts() {}

    /** Each registry with its account; none without all three of its variables. */
    public static List<Account> of(Map<String, String> environment) {
        return VARIABLES.stream()
                .filter(names -> names.stream()
                        .noneMatch(name -> environment.getOrDefault(name, "").isEmpty()))
                .map(names -> new Account(
                        environment
                                .getOrDefault(names.get(0), "")
                                .replaceFirst("^https?://", "")
                                .replaceFirst("/.*", ""),
                        new Credentials.UserPassword(
                                environment.getOrDefault(names.get(1), ""),
                                Secret.of(names.get(2), environment.getOrDefault(names.get(2), "")))))
                .toList();
    }

    /** One registry. */
    public record Account(String domain, Credentials.UserPassword credentials) {}

    /** The same as a source. */
    public static CredentialSource source(Map<String, String> environment) {
        MemoryCredentials accounts = new MemoryCredentials();
        of(environment).forEach(account -> accounts.put(account.domain(), account.credentials()));
        return accounts;
    }
}
