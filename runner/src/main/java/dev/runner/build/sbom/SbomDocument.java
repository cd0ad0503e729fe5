package dev.runner.build.sbom;

import dev.runner.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes an inventory in a form that others read. Equal inventories at equal times give equal bytes. */
public final class SbomDocument {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SbomDocument() {}

    /** A form. */
    public enum Format {
        /** SPDX 2.3, as BuildKit attaches it. */
        SPDX("https://spdx.dev/Document"),
        /** CycloneDX 1.5. */
        CYCLONEDX("https://cyclonedx.org/bom");

        private final String predicateType;

        Format(String predicateType) {
            this.predicateType = predicateType;
        }

        /** What an in-toto statement calls it. */
        public String predicateType() {
            return predicateType;
        }
    }

    /**
     * What was scanned.
     *
     * @param part of what the image is made from: a stage's name, or {@code context}; null for the image itself
     */
    public record Subject(Digest image, @Nullable String part) {
        private String name() {
            return part == null ? image.toString() : "sbom-" + part;
        }

        private String urn() {
            return image + (part == null ? "" : ":" + part);
        }
    }

    /** The document as JSON. */
    public static byte[] write(Inventory.Found found, Format format, Subject subject, Instant time) {
        return JSON.writeValueAsBytes(
                switch (format) {
                    case SPDX -> spdx(found, subject, time);
                    case CYCLONEDX -> cycloneDx(found, subject, time);
                });
    }

    /** @see <a href="https://spdx.github.io/spdx-spec/v2.3/">SPDX 2.3</a> */
    private static ObjectNode spdx(Inventory.Found found, Subject about, Instant time) {
        ObjectNode document = JSON.createObjectNode();
        document.put("spdxVersion", "SPDX-2.3");
        document.put("dataLicense", "CC0-1.0");
        document.put("SPDXID", "SPDXRef-DOCUMENT");
        document.put("name", about.name());
        document.put("documentNamespace", "urn:runner:sbom:" + about.urn());
        ObjectNode creation = document.putObject("creationInfo");
        creation.put("created", time.toString());
        creation.putArray("creators").add("Tool: runner");
        ArrayNode packages = document.putArray("packages");
        ArrayNode relationships = document.putArray("relationships");
        Set<String> ids = new HashSet<>();
        for (SoftwarePackage one : found.packages()) {
            String id = "SPDXRef-Package-"
                    + Digest.of((one.url() + " " + one.foundIn()).getBytes(StandardCharsets.UTF_8))
                            .hex()
                            .substring(0, 24);
            if (!ids.add(id)) {
                continue;
            }
            ObjectNode node = packages.addObject();
            node.put("name", one.name());
            node.put("SPDXID", id);
            node.put("versionInfo", one.version());
            node.put("downloadLocation", "NOASSERTION");
            node.put("filesAnalyzed", false);
            node.put("sourceInfo", "found in /" + one.foundIn());
            node.put("licenseConcluded", "NOASSERTION");
            node.put("licenseDeclared", "NOASSERTION");
            if (one.license() != null) {
                node.put("licenseComments", one.license());
            }
            node.put("copyrightText", "NOASSERTION");
            ObjectNode reference = node.putArray("externalRefs").addObject();
            reference.put("referenceCategory", "PACKAGE-MANAGER");
            reference.put("referenceType", "purl");
            reference.put("referenceLocator", one.url());
            ObjectNode relationship = relationships.addObject();
            relationship.put("spdxElementId", "SPDXRef-DOCUMENT");
            relationship.put("relatedSpdxElement", id);
            relationship.put("relationshipType", "DESCRIBES");
        }
        return document;
    }

    /** @see <a href="https://cyclonedx.org/docs/1.5/json/">CycloneDX 1.5</a> */
    private static ObjectNode cycloneDx(Inventory.Found found, Subject about, Instant time) {
        ObjectNode document = JSON.createObjectNode();
        document.put("bomFormat", "CycloneDX");
        document.put("specVersion", "1.5");
        document.put("version", 1);
        ObjectNode metadata = document.putObject("metadata");
        metadata.put("timestamp", time.toString());
        ObjectNode tool = metadata.putObject("tools").putArray("components").addObject();
        tool.put("type", "application").put("name", "runner");
        ObjectNode subject = metadata.putObject("component");
        subject.put("type", "container").put("name", about.name()).put("bom-ref", about.urn());
        ArrayNode components = document.putArray("components");
        if (!found.distribution().id().isEmpty()) {
            ObjectNode system = components.addObject();
            system.put("type", "operating-system")
                    .put("name", found.distribution().id());
            system.put("version", found.distribution().version());
        }
        Set<String> references = new HashSet<>();
        for (SoftwarePackage one : found.packages()) {
            if (!references.add(one.url())) {
                continue;
            }
            ObjectNode node = components.addObject();
            node.put("type", "library").put("bom-ref", one.url());
            if (one.namespace() != null && one.type().equals("maven")) {
                node.put("group", one.namespace());
            }
            node.put("name", one.name()).put("version", one.version()).put("purl", one.url());
            if (one.license() != null) {
                node.putArray("licenses").addObject().putObject("license").put("name", one.license());
            }
            ObjectNode property = node.putArray("properties").addObject();
            property.put("name", "runner:foundIn").put("value", "/" + one.foundIn());
        }
        return document;
    }
}
