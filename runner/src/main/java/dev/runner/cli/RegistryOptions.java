package dev.runner.cli;

import dev.runner.registry.RegistryConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach registries: flags of every command that talks to one, on top of the user's configuration file. */
final class RegistryOptions {
    /** Carries the flags of a run to the commands that its scripts call. */
    static final String ENVIRONMENT = "RUNNER_REGISTRY_OPTIONS";

    @Option(
            names = "--registry-mirror",
            paramLabel = "DOMAIN=URL",
            description = "Pulls of the domain try this URL first.")
    List<String> mirrors = new ArrayList<>();

    @Option(
            names = "--registry-rewrite",
            paramLabel = "DOMAIN=URL",
            description = "Pulls, pushes and logins of the domain all go to this URL; names are kept.")
    List<String> rewrites = new ArrayList<>();

    @Option(
            names = "--registry-ca",
            paramLabel = "HOST=FILE",
            description = "Certificates (PEM) to trust for a host besides the system's.")
    List<String> authorities = new ArrayList<>();

    @Option(
            names = "--registry-insecure",
            paramLabel = "HOST",
            description = "Plain HTTP, or a certificate that nobody checks, is good enough for this host. "
                    + "Loopback needs no permission.")
    List<String> insecure = new ArrayList<>();

    /** The file's configuration, then what an enclosing run hands down, then these flags; later ones win. */
    RegistryConfiguration configuration(Locations locations, Map<String, String> environment) {
        RegistryConfiguration configuration = ConfigFile.read(locations.configFile());
        String inherited = environment.getOrDefault(ENVIRONMENT, "");
        for (String word : inherited.isEmpty() ? List.<String>of() : List.of(inherited.split(" "))) {
            configuration = inherit(configuration, word);
        }
        try {
            return merge(configuration, RegistryConfiguration.parse(mirrors, rewrites, authorities, insecure));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** The flags as one text for {@link #ENVIRONMENT}, behind what is handed down already. */
    String handDown(Map<String, String> environment) {
        List<String> words = new ArrayList<>();
        String inherited = environment.getOrDefault(ENVIRONMENT, "");
        if (!inherited.isEmpty()) {
            words.add(inherited);
        }
        mirrors.forEach(value -> words.add("mirror:" + value));
        rewrites.forEach(value -> words.add("rewrite:" + value));
        authorities.forEach(value -> words.add("ca:" + value));
        insecure.forEach(value -> words.add("insecure:" + value));
        return String.join(" ", words);
    }

    private static RegistryConfiguration inherit(RegistryConfiguration configuration, String word) {
        int colon = word.indexOf(':');
        List<String> value = List.of(word.substring(colon + 1));
        List<String> none = List.of();
        RegistryConfiguration one = switch (word.substring(0, Math.max(0, colon))) {
            case "mirror" -> RegistryConfiguration.parse(value, none, none, none);
            case "rewrite" -> RegistryConfiguration.parse(none, value, none, none);
            case "ca" -> RegistryConfiguration.parse(none, none, value, none);
            case "insecure" -> RegistryConfiguration.parse(none, none, none, value);
            default -> throw new UsageException(ENVIRONMENT + " holds '" + word + "', which says nothing");
        };
        return merge(configuration, one);
    }

    static RegistryConfiguration merge(RegistryConfiguration base, RegistryConfiguration over) {
        RegistryConfiguration merged = base;
        for (Map.Entry<String, List<URI>> mirror : over.mirrors().entrySet()) {
            for (URI url : mirror.getValue()) {
                merged = merged.withMirror(mirror.getKey(), url);
            }
        }
        for (Map.Entry<String, URI> rewrite : over.rewrites().entrySet()) {
            merged = merged.withRewrite(rewrite.getKey(), rewrite.getValue());
        }
        for (Map.Entry<String, Path> authority : over.authorities().entrySet()) {
            merged = merged.withAuthority(authority.getKey(), authority.getValue());
        }
        for (String host : over.insecure()) {
            merged = merged.withInsecure(host);
        }
        return merged;
    }
}
