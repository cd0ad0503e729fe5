package dev.runner.step;

import dev.runner.registry.RegistryConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the registry settings of a run reach the {@code runner} commands in its scripts: as environment variables with the
 * values of the flags, one a line.
 */
public final class RegistryEnvironment {
    /** {@code host:port} of the run's embedded registry. */
    public static final String REGISTRY = "RUNNER_REGISTRY";

    public static final String MIRRORS = "RUNNER_REGISTRY_MIRROR";
    public static final String REWRITES = "RUNNER_REGISTRY_REWRITE";
    public static final String AUTHORITIES = "RUNNER_REGISTRY_CA";
    public static final String INSECURE = "RUNNER_REGISTRY_INSECURE";

    private RegistryEnvironment() {}

    /** The variables that say what the configuration does; those with nothing to say are left out. */
    public static Map<String, String> write(RegistryConfiguration configuration) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        configuration.mirrors().forEach((domain, urls) -> {
            for (URI url : urls) {
                add(values, MIRRORS, domain + "=" + url);
            }
        });
        configuration.rewrites().forEach((domain, url) -> add(values, REWRITES, domain + "=" + url));
        configuration.authorities().forEach((host, file) -> add(values, AUTHORITIES, host + "=" + absolute(file)));
        configuration.insecure().forEach(host -> add(values, INSECURE, host));
        Map<String, String> variables = new LinkedHashMap<>();
        values.forEach((name, all) -> variables.put(name, String.join("\n", all)));
        return variables;
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath();
    }

    private static void add(Map<String, List<String>> values, String name, String value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    /**
     * The configuration that such variables describe.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static RegistryConfiguration read(Map<String, String> environment) {
        return RegistryConfiguration.parse(
                lines(environment, MIRRORS),
                lines(environment, REWRITES),
                lines(environment, AUTHORITIES),
                lines(environment, INSECURE));
    }

    private static List<String> lines(Map<String, String> environment, String name) {
        return environment
                .getOrDefault(name, "")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }
}
