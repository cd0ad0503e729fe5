package dev.runner.build.buildkit;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.CacheReference;
import dev.runner.build.NamedContext;
import dev.runner.build.Output;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.source.Diagnostics;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The registries that a build will talk to, and whether its builder knows how. A builder that is made here is told; one
 * that was there has settings of its own, and a build that would go elsewhere than this run's settings say is refused.
 */
final class Places {
    private Places() {}

    static void check(
            BuildRequest request,
            BuilderKeeper.Ready builder,
            RegistryConfiguration registries,
            BuildListener listener) {
        Set<String> pushes = new TreeSet<>();
        request.outputs().forEach(output -> {
            if (output instanceof Output.Push || output instanceof Output.PushByDigest) {
                names(output).forEach(name -> pushes.add(name.domain()));
            }
        });
        Set<String> all = new TreeSet<>(pushes);
        all.addAll(reads(request));
        for (String domain : all) {
            if (registries.rewrites().containsKey(domain) && (pushes.contains(domain) || !builder.ours())) {
                throw refusal("rewrite", domain, builder, "name the registry that is meant, or");
            }
            if (registries.authorities().containsKey(domain) && !builder.ours()) {
                throw refusal("ca", domain, builder, "give its daemon the certificate in buildkitd.toml, or");
            }
            if (registries.insecure().contains(domain) && !pushes.contains(domain) && !builder.ours()) {
                throw refusal("insecure", domain, builder, "say so in its buildkitd.toml, or");
            }
            if (registries.mirrors().containsKey(domain) && !builder.ours()) {
                listener.on(new BuildEvent.Warning(
                        "the mirror of " + domain + " is not asked: the builder '" + builder.name()
                                + "' has settings of its own",
                        null));
            }
        }
    }

    private static Iterable<Reference> names(Output output) {
        return output instanceof Output.PushByDigest digest ? digest.repositories() : output.names();
    }

    private static UnmappedOptionException refusal(
            String setting, String domain, BuilderKeeper.Ready builder, String remedy) {
        return new UnmappedOptionException(
                "the setting '" + setting + "' of the registry " + domain + " cannot be kept by the builder '"
                        + builder.name() + "' (" + builder.driver() + ")",
                remedy
                        + " let this run make a builder (builder: {driver: docker-container}), or build with the embedded"
                        + " engine");
    }

    /** As far as the text says it: what stands behind a variable is not looked for. */
    private static Set<String> reads(BuildRequest request) {
        Set<String> domains = new TreeSet<>();
        request.cache().from().forEach(cache -> add(cache, domains));
        request.cache().to().forEach(cache -> add(cache, domains));
        request.inputs().named().values().forEach(context -> {
            if (context instanceof NamedContext.Image(Reference reference)) {
                domains.add(reference.domain());
            }
        });
        Dockerfile dockerfile = Dockerfile.parse(request.definition().dockerfile(), new Diagnostics());
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            String image = stage.from().image();
            boolean other = image.contains("$")
                    || image.equals("scratch")
                    || request.inputs().named().containsKey(image)
                    || dockerfile.baseStage(image, stage.index()) != null;
            Reference reference = other ? null : tryParse(image);
            if (reference != null) {
                domains.add(reference.domain());
            }
        }
        return domains;
    }

    /** What is no name BuildKit refuses in its own words. */
    private static @Nullable Reference tryParse(String image) {
        try {
            return Reference.parse(image);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void add(CacheReference cache, Set<String> domains) {
        if (cache instanceof CacheReference.Registry registry) {
            domains.add(registry.reference().domain());
        }
    }
}
