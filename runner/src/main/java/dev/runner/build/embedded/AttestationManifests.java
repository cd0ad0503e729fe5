package dev.runner.build.embedded;

import dev.runner.build.embedded.ImageAssembler.Assembled;
import dev.runner.build.embedded.store.BlobStore;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what is said about an image as BuildKit attaches it: a manifest whose layers are in-toto statements, in the index
 * beside the image under the platform {@code unknown/unknown}. The manifest names the image as its subject, so that a
 * registry lists it among the image's referrers, too.
 *
 * @see <a href="https://docs.docker.com/build/metadata/attestations/attestation-storage/">Image attestation storage</a>
 */
final class AttestationManifests {
    static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
    private static final String IN_TOTO = "application/vnd.in-toto+json";
    private static final String ARTIFACT = "application/vnd.docker.attestation.manifest.v1+json";
    private static final String PREDICATE = "in-toto.io/predicate-type";
    private static final Platform UNKNOWN = Platform.of("unknown", "unknown", "");

    private final BlobStore blobs;
    private final List<Reference> names;

    AttestationManifests(BlobStore blobs, List<Reference> names) {
        this.blobs = blobs;
        this.names = names;
    }

    /** What is said: JSON of some type. */
    record Predicate(String type, byte[] json) {}

    /** The manifest of what is said about an image. */
    Descriptor write(Assembled image, List<Predicate> predicates) throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        for (Predicate predicate : predicates) {
            byte[] statement = statement(image, predicate);
            blobs.put(statement);
            layers.add(Descriptor.of(IN_TOTO, statement).withAnnotations(Map.of(PREDICATE, predicate.type())));
        }
        byte[] config = config(layers);
        blobs.put(config);
        Descriptor subject = image.manifest().withPlatform(null).withAnnotations(Map.of());
        byte[] manifest = new Manifest(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, config),
                        layers,
                        Map.of(),
                        subject,
                        ARTIFACT)
                .toJson();
        blobs.put(manifest);
        return Descriptor.of(MediaTypes.OCI_MANIFEST, manifest)
                .withPlatform(UNKNOWN)
                .withAnnotations(Map.of(
                        REFERENCE_DIGEST,
                        image.manifest().digest().toString(),
                        REFERENCE_TYPE,
                        "attestation-manifest"));
    }

    private static byte[] config(List<Descriptor> layers) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("architecture", "unknown");
        config.put("os", "unknown");
        config.putObject("config");
        ObjectNode root = config.putObject("rootfs");
        root.put("type", "layers");
        ArrayNode ids = root.putArray("diff_ids");
        layers.forEach(layer -> ids.add(layer.digest().toString()));
        return JsonTree.write(config);
    }

    /** @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v0.1.0/statement.md">in-toto, Statement</a> */
    private byte[] statement(Assembled image, Predicate predicate) {
        ObjectNode statement = JsonNodeFactory.instance.objectNode();
        statement.put("_type", "https://in-toto.io/Statement/v0.1");
        statement.put("predicateType", predicate.type());
        ArrayNode subjects = statement.putArray("subject");
        Digest digest = image.manifest().digest();
        for (String name : subjects(image.platform())) {
            ObjectNode subject = subjects.addObject();
            subject.put("name", name);
            subject.putObject("digest").put(digest.algorithm(), digest.hex());
        }
        statement.set("predicate", JsonTree.read(predicate.json()));
        return JsonTree.write(statement);
    }

    private List<String> subjects(Platform platform) {
        String shown = URLEncoder.encode(platform.toString(), StandardCharsets.UTF_8);
        List<String> subjects = names.stream()
                .map(Reference::withDefaultTag)
                .map(name -> "pkg:docker/" + name.withTag(null).familiar() + "@" + name.manifestName() + "?platform="
                        + shown)
                .distinct()
                .toList();
        return subjects.isEmpty() ? List.of("_") : subjects;
    }
}
