package dev.runner.cli;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.runner.oci.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The documents of an OCI layout beside the image specification: our own schemas, written from its text, and the
 * specification's own where Debian's package of it is installed.
 */
final class ImageDocuments {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path OURS = Path.of("src/test/resources/image-spec/documents.json");

    /** Where golang-github-opencontainers-image-spec-dev puts them. */
    private static final Path THEIRS = Path.of("/usr/share/gocode/src/github.com/opencontainers/image-spec/schema")
            .toAbsolutePath();

    private static final Map<String, String> NAMES = Map.of(
            "index",
            "image-index-schema.json",
            "manifest",
            "image-manifest-schema.json",
            "config",
            "config-schema.json",
            "layout",
            "image-layout-schema.json");

    private final Path layout;
    private final List<String> kinds = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private ImageDocuments(Path layout) {
        this.layout = layout;
    }

    /** Reads every document from {@code index.json} on. */
    static ImageDocuments of(Path layout) throws IOException {
        ImageDocuments documents = new ImageDocuments(layout);
        documents.check("layout", layout.resolve("oci-layout"));
        documents.walk("index", layout.resolve("index.json"));
        return documents;
    }

    /** What was read, such as {@code index} or {@code config}, in the order of reading. */
    List<String> kinds() {
        return kinds;
    }

    /** What some schema does not allow: the document, and where in it. */
    List<String> faults() {
        return faults;
    }

    /** Every fault of one document, by the schema that sees it. */
    static Map<String, List<String>> faults(String kind, String text) {
        Map<String, List<String>> faults = new TreeMap<>();
        schemas(kind)
                .forEach((name, schema) -> faults.put(
                        name,
                        schema.validate(text, InputFormat.JSON).stream()
                                .map(ImageDocuments::words)
                                .toList()));
        return faults;
    }

    private static String words(Error error) {
        return error.getInstanceLocation() + ": " + error.getMessage();
    }

    private void walk(String kind, Path file) throws IOException {
        JsonNode document = check(kind, file);
        for (JsonNode entry : document.path("manifests")) {
            boolean index = MediaTypes.isIndex(entry.path("mediaType").asString());
            walk(index ? "index" : "manifest", blob(entry));
        }
        String config = document.path("config").path("mediaType").asString("");
        if (config.equals(MediaTypes.OCI_CONFIG) || config.equals(MediaTypes.DOCKER_CONFIG)) {
            check("config", blob(document.path("config")));
        }
    }

    private Path blob(JsonNode descriptor) throws IOException {
        Path file = layout.resolve("blobs")
                .resolve(descriptor.path("digest").asString().replace(':', '/'));
        if (Files.size(file) != descriptor.path("size").asLong()) {
            faults.add(file + " has " + Files.size(file) + " bytes, not " + descriptor.path("size"));
        }
        return file;
    }

    private JsonNode check(String kind, Path file) throws IOException {
        String text = Files.readString(file);
        kinds.add(kind);
        faults(kind, text)
                .forEach((schema, found) ->
                        found.forEach(fault -> faults.add(kind + " " + schema + ": " + fault + "\n" + text)));
        return JSON.readTree(text);
    }

    private static Map<String, Schema> schemas(String kind) {
        Schema ours = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.schemas((Function<String, String>) _ -> text(OURS)))
                .getSchema(SchemaLocation.of("https://runner.test/image-spec/documents.json#/$defs/" + kind));
        if (!Files.isDirectory(THEIRS)) {
            return Map.of("ours", ours);
        }
        // They name each other relative to identifiers of different depths: the last part alone says which is meant.
        Schema theirs = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_4,
                        builder -> builder.schemas((Function<String, String>)
                                iri -> text(THEIRS.resolve(iri.substring(iri.lastIndexOf('/') + 1)))))
                .getSchema(text(THEIRS.resolve(NAMES.get(kind))), InputFormat.JSON);
        return Map.of("ours", ours, "the specification's", theirs);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
