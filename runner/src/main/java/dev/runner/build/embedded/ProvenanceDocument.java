package dev.runner.build.embedded;

import dev.runner.build.Attestations;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.GitAddress;
import dev.runner.dockerfile.PredefinedArguments;
import dev.runner.oci.JsonTree;
import dev.runner.oci.Platform;
import dev.runner.secret.Masker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an image was made, as SLSA's provenance version 1.
 *
 * <p>No secret is in it: values that the masker knows are hidden, addresses lose their users and passwords, arguments that
 * are called like secrets lose their values, proxies are left out.
 *
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA, Provenance</a>
 */
final class ProvenanceDocument {
    static final String TYPE = "https://slsa.dev/provenance/v1";
    private static final String BUILD_TYPE = "urn:runner:dockerfile:v1";
    private static final String HIDDEN = "***";
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(apikey|auth|credential|key|password|pword|passwd|secret|token).*");

    private final BuildRequest request;
    private final Attestations wanted;
    private final Masker masker;
    private final Run run;

    ProvenanceDocument(BuildRequest request, Masker masker, Run run) {
        this.request = request;
        this.wanted = request.image().attestations();
        this.masker = masker;
        this.run = run;
    }

    /**
     * What happened.
     *
     * @param reproducible whether times are those of an epoch and not of a clock
     */
    record Run(Instant started, Instant finished, boolean reproducible, List<Material> materials) {}

    /** @param steps names of the vertices of the platform, in order */
    byte[] predicate(Platform platform, List<String> steps) {
        ObjectNode predicate = JsonNodeFactory.instance.objectNode();
        ObjectNode definition = predicate.putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        external(definition.putObject("externalParameters"));
        ObjectNode internal = definition.putObject("internalParameters");
        internal.put("builderPlatform", Platform.host().toString());
        internal.put("platform", platform.toString());
        if (isMax()) {
            ArrayNode list = internal.putObject("buildConfig").putArray("steps");
            steps.forEach(step -> list.add(clean(step)));
        }
        dependencies(definition.putArray("resolvedDependencies"), platform);
        details(predicate.putObject("runDetails"));
        return JsonTree.write(predicate);
    }

    private boolean isMax() {
        return wanted.provenance() == Attestations.Provenance.MAX;
    }

    private String clean(String text) {
        return GitAddress.redacted(masker.mask(text));
    }

    private void external(ObjectNode parameters) {
        ObjectNode source = parameters.putObject("configSource");
        BuildContext.Origin origin = origin();
        if (origin != null) {
            source.put("uri", clean(origin.address()));
            ObjectNode digests = source.putObject("digest");
            new TreeMap<>(origin.digests()).forEach(digests::put);
        }
        source.put("path", fileName());
        ObjectNode asked = parameters.putObject("request");
        asked.put("frontend", "dockerfile.v0");
        ObjectNode arguments = asked.putObject("args");
        String target = request.definition().target();
        if (target != null) {
            arguments.put("target", target);
        }
        if (isMax()) {
            maximal(arguments);
        }
        if (!request.inputs().secrets().isEmpty()) {
            ArrayNode secrets = asked.putArray("secrets");
            request.inputs().secrets().forEach(secret -> secrets.addObject().put("id", secret.id()));
        }
        if (!request.inputs().ssh().isEmpty()) {
            ArrayNode agents = asked.putArray("ssh");
            request.inputs().ssh().forEach(agent -> agents.addObject().put("id", agent.id()));
        }
    }

    private BuildContext.@org.jspecify.annotations.Nullable Origin origin() {
        return request.inputs().context() instanceof BuildContext.Directory folder ? folder.origin() : null;
    }

    private String fileName() {
        String name = request.definition().dockerfile().name();
        return name.startsWith("/") ? name.substring(name.lastIndexOf('/') + 1) : name;
    }

    private void maximal(ObjectNode arguments) {
        new TreeMap<>(request.definition().arguments()).forEach((name, value) -> {
            if (!PredefinedArguments.PROXY.contains(name)) {
                boolean secret = SECRET_NAME.matcher(name).matches();
                arguments.put("build-arg:" + name, secret ? HIDDEN : clean(value));
            }
        });
        new TreeMap<>(request.image().labels()).forEach((name, value) -> arguments.put("label:" + name, clean(value)));
        for (String name : new TreeSet<>(request.inputs().named().keySet())) {
            arguments.put("context:" + name, "");
        }
    }

    private void dependencies(ArrayNode list, Platform platform) {
        run.materials().stream()
                .filter(material ->
                        material.platform() == null || material.platform().equals(platform))
                .sorted(java.util.Comparator.comparing(Material::uri))
                .forEach(material -> {
                    ObjectNode node = list.addObject();
                    node.put("uri", clean(material.uri()));
                    ObjectNode digests = node.putObject("digest");
                    new TreeMap<>(material.digests()).forEach(digests::put);
                });
        BuildContext.Origin origin = origin();
        if (origin != null) {
            ObjectNode node = list.addObject();
            node.put("uri", clean(origin.address()));
            ObjectNode digests = node.putObject("digest");
            new TreeMap<>(origin.digests()).forEach(digests::put);
        }
    }

    private void details(ObjectNode details) {
        details.putObject("builder").put("id", clean(wanted.claims().builderId()));
        ObjectNode metadata = details.putObject("metadata");
        metadata.put("startedOn", run.started().toString());
        metadata.put("finishedOn", run.finished().toString());
        ObjectNode completeness = metadata.putObject("buildkit_completeness");
        completeness.put("request", isMax());
        completeness.put("resolvedDependencies", true);
        metadata.put(
                "buildkit_reproducible", run.reproducible() || wanted.claims().reproducible());
        ObjectNode more = metadata.putObject("buildkit_metadata");
        if (!wanted.vcs().isEmpty()) {
            ObjectNode vcs = more.putObject("vcs");
            new TreeMap<>(wanted.vcs()).forEach((name, value) -> vcs.put(name, clean(value)));
        }
        if (isMax()) {
            ObjectNode info = more.putObject("source").putArray("infos").addObject();
            info.put("filename", fileName());
            info.put("language", "Dockerfile");
            String text = clean(request.definition().dockerfile().all().text());
            info.put("data", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** The values as they are shown elsewhere: by platform, for the metadata file. */
    static Map<Platform, String> texts(Map<Platform, byte[]> predicates) {
        Map<Platform, String> texts = new java.util.LinkedHashMap<>();
        predicates.forEach((platform, bytes) -> texts.put(platform, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }
}
