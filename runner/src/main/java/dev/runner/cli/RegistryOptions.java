package dev.runner.cli;

import dev.runner.build.RunLimits;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.step.RegistryEnvironment;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How to reach registries: flags of every command that talks to one, on top of the user's configuration file. */
final class RegistryOptions implements Flags.Declaring {
    private static final String LAYER_SIZE = "RUNNER_MAX_LAYER_SIZE";

    List<String> mirrors = new ArrayList<>();
    List<String> rewrites = new ArrayList<>();
    List<String> authorities = new ArrayList<>();
    List<String> insecure = new ArrayList<>();

    @Nullable
    String layerSize;

    @Override
    public void declare(Flags flags) {
        flags.option("--registry-mirror")
                .label("DOMAIN=URL")
                .says("Pulls of the domain try this URL first.")
                .values(String.class, values -> mirrors = values);
        flags.option("--registry-rewrite")
                .label("DOMAIN=URL")
                .says("Pulls, pushes and logins of the domain all go to this URL; names are kept.")
                .values(String.class, values -> rewrites = values);
        flags.option("--registry-ca")
                .label("HOST=FILE")
                .says("Certificates (PEM) to trust for a host besides the system's.")
                .values(String.class, values -> authorities = values);
        flags.option("--registry-insecure")
                .label("HOST")
                .says("Plain HTTP, or a certificate that nobody checks, is good enough for this host. "
                        + "Loopback needs no permission.")
                .values(String.class, values -> insecure = values);
        flags.option("--max-layer-size")
                .label("SIZE")
                .says("What a layer, an archive or a download may unpack to, as 512g (default: 256g, or what "
                        + LAYER_SIZE + " says).")
                .value(String.class, value -> layerSize = value);
    }

    /** How much may come from what others have packed. */
    LayerLimits layerLimits(Map<String, String> environment) {
        String size = layerSize != null ? layerSize : environment.getOrDefault(LAYER_SIZE, "");
        try {
            return size.isEmpty()
                    ? LayerLimits.DEFAULT
                    : LayerLimits.DEFAULT.withUnpackedBytes(
                            RunLimits.bytes(layerSize != null ? "--max-layer-size" : LAYER_SIZE, size));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

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
