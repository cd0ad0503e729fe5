package dev.runner.build.sbom;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What dpkg and apk have installed, from their databases, which are paragraphs of {@code key: value} lines. */
final class DistributionPackages {
    private DistributionPackages() {}

    /** @see <a href="https://man7.org/linux/man-pages/man1/dpkg-query.1.html">dpkg-query</a> */
    static List<SoftwarePackage> dpkg(String path, byte[] content, Distribution distribution) {
        List<SoftwarePackage> packages = new ArrayList<>();
        for (Map<String, String> fields : paragraphs(content, ": ?")) {
            String status = fields.getOrDefault("Status", "install ok installed");
            if (fields.containsKey("Package") && status.endsWith(" installed")) {
                packages.add(new SoftwarePackage(
                        "deb",
                        distribution.id().isEmpty() ? "debian" : distribution.id(),
                        fields.get("Package"),
                        fields.getOrDefault("Version", ""),
                        qualifiers(fields.get("Architecture"), distribution),
                        null,
                        path));
            }
        }
        return packages;
    }

    /** @see <a href="https://wiki.alpinelinux.org/wiki/Apk_spec">APK's installed database</a> */
    static List<SoftwarePackage> apk(String path, byte[] content, Distribution distribution) {
        List<SoftwarePackage> packages = new ArrayList<>();
        for (Map<String, String> fields : paragraphs(content, ":")) {
            if (fields.containsKey("P")) {
                packages.add(new SoftwarePackage(
                        "apk",
                        distribution.id().isEmpty() ? "alpine" : distribution.id(),
                        fields.get("P"),
                        fields.getOrDefault("V", ""),
                        qualifiers(fields.get("A"), distribution),
                        fields.get("L"),
                        path));
            }
        }
        return packages;
    }

    static Map<String, String> qualifiers(
            @org.jspecify.annotations.Nullable String architecture, Distribution distribution) {
        Map<String, String> qualifiers = new LinkedHashMap<>();
        if (architecture != null && !architecture.isEmpty()) {
            qualifiers.put("arch", architecture);
        }
        if (!distribution.qualifier().isEmpty()) {
            qualifiers.put("distro", distribution.qualifier());
        }
        return qualifiers;
    }

    private static List<Map<String, String>> paragraphs(byte[] content, String separator) {
        List<Map<String, String>> paragraphs = new ArrayList<>();
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.isBlank()) {
                if (!fields.isEmpty()) {
                    paragraphs.add(fields);
                    fields = new LinkedHashMap<>();
                }
                continue;
            }
            String[] parts = line.split(separator, 2);
            if (parts.length == 2 && !Character.isWhitespace(line.charAt(0))) {
                fields.putIfAbsent(parts[0], parts[1].strip());
            }
        }
        if (!fields.isEmpty()) {
            paragraphs.add(fields);
        }
        return paragraphs;
    }
}
