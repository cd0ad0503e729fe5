package dev.runner.build.sbom;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Packages of npm, from the {@code package.json} of each. */
final class NodePackages {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private NodePackages() {}

    static List<SoftwarePackage> read(String path, byte[] content) {
        JsonNode node;
        try {
            node = JSON.readTree(content);
        } catch (JacksonException e) {
            return List.of();
        }
        String name = node.path("name").asString("");
        String version = node.path("version").asString("");
        String folder = path.substring(0, path.lastIndexOf('/'));
        boolean isRoot = folder.endsWith("node_modules/" + name);
        if (name.isEmpty() || version.isEmpty() || !isRoot) {
            return List.of();
        }
        int slash = name.indexOf('/');
        String scope = slash < 0 ? null : name.substring(0, slash);
        return List.of(new SoftwarePackage(
                "npm", scope, name.substring(slash + 1), version, Map.of(), license(node.path("license")), path));
    }

    private static @Nullable String license(JsonNode node) {
        String text = node.isObject() ? node.path("type").asString("") : node.asString("");
        return text.isEmpty() ? null : text;
    }
}
