package dev.runner.cli;

import dev.runner.registry.RegistryConfiguration;
import dev.runner.step.RegistryEnvironment;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach registries: flags of every command that talks to one, on top of the user's configuration file. */
final class RegistryOptions {
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
        try {
            RegistryConfiguration outer =
                    merge(ConfigFile.read(locations.configFile()), RegistryEnvironment.read(environment));
            return merge(outer, RegistryConfiguration.parse(mirrors, rewrites, authorities, insecure));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
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
