package dev.runner.differential;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What BuildKit gave, kept from run to run under {@code runner/target}: most of a run's time is the peer's, and its answer
 * changes only with the case, the bases, the engine's version or how we read images.
 */
final class ReferenceRecord {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final byte[] common;

    /** @param common what every answer depends on */
    ReferenceRecord(Path folder, byte[] common) {
        this.folder = folder;
        this.common = common.clone();
    }

    /** What {@code ReferenceRecord} takes as common: the digest of some trees and a version. */
    static byte[] digest(String version, Path... trees) throws IOException {
        MessageDigest digest = sha256();
        digest.update(version.getBytes(StandardCharsets.UTF_8));
        for (Path tree : trees) {
            update(digest, tree);
        }
        return digest.digest();
    }

    /** @param facts null when the build failed */
    record Answer(@Nullable Map<String, String> facts, String said) {}

    @Nullable
    Answer find(DifferentialCase each) throws IOException {
        Path file = file(each);
        if (!Files.exists(file)) {
            return null;
        }
        JsonNode kept = JSON.readTree(Files.readAllBytes(file));
        if (!kept.has("facts")) {
            return new Answer(null, kept.path("said").asString(""));
        }
        Map<String, String> facts = new TreeMap<>();
        kept.path("facts")
                .properties()
                .forEach(entry -> facts.put(entry.getKey(), entry.getValue().asString("")));
        return new Answer(facts, "");
    }

    void keep(DifferentialCase each, Answer answer) throws IOException {
        ObjectNode kept = JSON.createObjectNode().put("said", answer.said());
        Map<String, String> facts = answer.facts();
        if (facts != null) {
            ObjectNode object = kept.putObject("facts");
            facts.forEach(object::put);
        }
        Files.createDirectories(folder);
        Files.write(file(each), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(kept));
    }

    private Path file(DifferentialCase each) throws IOException {
        MessageDigest digest = sha256();
        digest.update(common);
        digest.update(each.material().written().getBytes(StandardCharsets.UTF_8));
        if (each.material().folder() != null) {
            update(digest, each.material().folder());
        }
        String hash = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        return folder.resolve(each.name() + "-" + hash + ".json");
    }

    private static void update(MessageDigest digest, Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                digest.update((tree.relativize(file) + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
