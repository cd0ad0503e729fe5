package dev.runner.build.buildkit;

import dev.runner.registry.RegistryConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code buildkitd.toml} of a builder that is made here: the user's, and how this run reaches registries. A table that
 * the user's has for a registry stands.
 *
 * @see <a href="https://github.com/moby/buildkit/blob/master/docs/buildkitd.toml.md">buildkitd.toml</a>
 */
final class DaemonConfig {
    private DaemonConfig() {}

    /** Empty where there is nothing to say. */
    static String text(@Nullable String users, RegistryConfiguration registries) {
        StringBuilder text = new StringBuilder(users == null ? "" : users.stripTrailing());
        Set<String> domains = new TreeSet<>(registries.mirrors().keySet());
        domains.addAll(registries.rewrites().keySet());
        domains.addAll(registries.authorities().keySet());
        domains.addAll(registries.insecure());
        Set<String> hosts = new TreeSet<>(domains);
        for (String domain : domains) {
            places(domain, registries).stream()
                    .filter(place -> "http".equals(place.getScheme()))
                    .forEach(place -> hosts.add(place.getAuthority()));
        }
        for (String host : hosts) {
            String head = "[registry.\"" + host + "\"]";
            if (!text.toString().contains(head)) {
                table(text, head, host, registries);
            }
        }
        return text.isEmpty() ? "" : text.toString().strip() + "\n";
    }

    /** Where pulls of a domain go first. */
    private static List<URI> places(String domain, RegistryConfiguration registries) {
        List<URI> places = new ArrayList<>();
        URI rewrite = registries.rewrites().get(domain);
        if (rewrite != null) {
            places.add(rewrite);
        }
        places.addAll(registries.mirrors().getOrDefault(domain, List.of()));
        return places;
    }

    private static void table(StringBuilder text, String head, String host, RegistryConfiguration registries) {
        text.append(text.isEmpty() ? "" : "\n").append(head).append('\n');
        List<URI> places = places(host, registries);
        if (!places.isEmpty()) {
            text.append("  mirrors = [")
                    .append(String.join(
                            ", ",
                            places.stream()
                                    .map(place -> "\"" + place.getAuthority()
                                            + place.getPath().replaceFirst("/$", "") + "\"")
                                    .toList()))
                    .append("]\n");
        }
        boolean plain =
                registries.mirrors().values().stream().flatMap(List::stream).anyMatch(place -> isPlain(place, host))
                        || registries.rewrites().values().stream().anyMatch(place -> isPlain(place, host));
        if (plain) {
            text.append("  http = true\n");
        }
        if (registries.insecure().contains(host)) {
            text.append("  http = true\n".repeat(plain ? 0 : 1)).append("  insecure = true\n");
        }
        Path authority = registries.authorities().get(host);
        if (authority != null) {
            text.append("  ca = [\"").append(authority.toAbsolutePath()).append("\"]\n");
        }
    }

    private static boolean isPlain(URI place, String host) {
        return "http".equals(place.getScheme()) && place.getAuthority().equals(host);
    }
}
