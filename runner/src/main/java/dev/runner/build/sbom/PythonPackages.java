package dev.runner.build.sbom;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Python packages, from the metadata of each.
 *
 * @see <a href="https://packaging.python.org/en/latest/specifications/core-metadata/">Core metadata</a>
 */
final class PythonPackages {
    private PythonPackages() {}

    static List<SoftwarePackage> read(String path, byte[] content) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) {
            if (line.isBlank()) {
                break;
            }
            int colon = line.indexOf(':');
            if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
                fields.putIfAbsent(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        String name = fields.getOrDefault("Name", "");
        String version = fields.getOrDefault("Version", "");
        if (name.isEmpty() || version.isEmpty()) {
            return List.of();
        }
        String license = fields.getOrDefault("License-Expression", fields.get("License"));
        String normal = name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
        return List.of(new SoftwarePackage("pypi", null, normal, version, Map.of(), license, path));
    }
}
