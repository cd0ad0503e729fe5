package dev.runner.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Manifests and indexes from and to JSON. */
final class ManifestJson {
    private ManifestJson() {}

    static Manifest readManifest(byte[] json) {
        ObjectNode node = Json.readObject(json, "manifest");
        checkSchema(node, "manifest");
        if (!(node.get("config") instanceof ObjectNode config)) {
            throw new MalformedContentException("the manifest lacks 'config'", null);
        }
        return new Manifest(
                Json.textOr(node, "mediaType", MediaTypes.OCI_MANIFEST),
                readDescriptor(config),
                readDescriptors(node, "layers"),
                Json.map(node, "annotations"),
                node.get("subject") instanceof ObjectNode subject ? readDescriptor(subject) : null,
                Json.text(node, "artifactType"));
    }

    static Index readIndex(byte[] json) {
        ObjectNode node = Json.readObject(json, "index");
        checkSchema(node, "index");
        return new Index(
                Json.textOr(node, "mediaType", MediaTypes.OCI_INDEX),
                readDescriptors(node, "manifests"),
                Json.map(node, "annotations"),
                node.get("subject") instanceof ObjectNode subject ? readDescriptor(subject) : null,
                Json.text(node, "artifactType"));
    }

    static byte[] write(Manifest manifest) {
        ObjectNode node = Json.object();
        node.put("schemaVersion", 2);
        node.put("mediaType", manifest.mediaType());
        Json.putUnlessEmpty(node, "artifactType", manifest.artifactType());
        node.set("config", write(manifest.config()));
        ArrayNode layers = node.putArray("layers");
        manifest.layers().forEach(layer -> layers.add(write(layer)));
        if (manifest.subject() != null) {
            node.set("subject", write(manifest.subject()));
        }
        putAnnotations(node, manifest.annotations());
        return Json.write(node);
    }

    static byte[] write(Index index) {
        ObjectNode node = Json.object();
        node.put("schemaVersion", 2);
        node.put("mediaType", index.mediaType());
        Json.putUnlessEmpty(node, "artifactType", index.artifactType());
        ArrayNode manifests = node.putArray("manifests");
        index.manifests().forEach(manifest -> manifests.add(write(manifest)));
        if (index.subject() != null) {
            node.set("subject", write(index.subject()));
        }
        putAnnotations(node, index.annotations());
        return Json.write(node);
    }

    static ObjectNode write(Descriptor descriptor) {
        ObjectNode node = Json.object();
        node.put("mediaType", descriptor.mediaType());
        Json.putUnlessEmpty(node, "artifactType", descriptor.artifactType());
        node.put("digest", descriptor.digest().toString());
        node.put("size", descriptor.size());
        putAnnotations(node, descriptor.annotations());
        Platform platform = descriptor.platform();
        if (platform != null) {
            ObjectNode object = node.putObject("platform");
            object.put("architecture", platform.architecture());
            object.put("os", platform.os());
            Json.putUnlessEmpty(object, "os.version", platform.osVersion());
            Json.putUnlessEmpty(object, "variant", platform.variant());
        }
        return node;
    }

    /** By name, as Go writes them: the same image has the same digest whatever map the annotations came from. */
    private static void putAnnotations(ObjectNode node, Map<String, String> annotations) {
        Json.put(node, "annotations", new TreeMap<>(annotations));
    }

    static Descriptor readDescriptor(ObjectNode node) {
        JsonNode size = node.get("size");
        if (size == null || !size.isIntegralNumber() || size.longValue() < 0) {
            throw new MalformedContentException("a descriptor lacks a valid 'size'", null);
        }
        return new Descriptor(
                Json.required(node, "mediaType", "descriptor"),
                Json.digest(Json.required(node, "digest", "descriptor"), "descriptor"),
                size.longValue(),
                readPlatform(node.get("platform")),
                Json.map(node, "annotations"),
                Json.text(node, "artifactType"));
    }

    private static @Nullable Platform readPlatform(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        String os = Json.textOr(node, "os", "");
        String architecture = Json.textOr(node, "architecture", "");
        return os.isEmpty() || architecture.isEmpty()
                ? null
                : new Platform(os, architecture, Json.textOr(node, "variant", ""), Json.textOr(node, "os.version", ""));
    }

    private static List<Descriptor> readDescriptors(ObjectNode node, String member) {
        List<Descriptor> descriptors = new ArrayList<>();
        JsonNode value = node.get(member);
        if (value != null && !value.isArray() && !value.isNull()) {
            throw new MalformedContentException("'" + member + "' is not a list", null);
        }
        if (value instanceof ArrayNode array) {
            for (JsonNode item : array) {
                if (!(item instanceof ObjectNode object)) {
                    throw new MalformedContentException("'" + member + "' holds something else than descriptors", null);
                }
                descriptors.add(readDescriptor(object));
            }
        }
        return descriptors;
    }

    private static void checkSchema(ObjectNode node, String what) {
        JsonNode version = node.get("schemaVersion");
        if (version == null || version.asInt(0) != 2) {
            throw new MalformedContentException(
                    "the " + what + " is not schema version 2" + (version == null ? "" : " but " + version), null);
        }
    }
}
