package dev.runner.build.sbom;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A package.
 *
 * @param type as in a package URL: {@code deb}, {@code apk}, {@code rpm}, {@code npm}, {@code pypi}, {@code maven},
 *     {@code golang}
 * @param namespace such as the distribution or a Maven group; null for none
 * @param license as the package says it; null where it says nothing
 * @param foundIn the file that told of it
 * @see <a href="https://github.com/package-url/purl-spec">Package URL</a>
 */
public record SoftwarePackage(
        String type,
        @Nullable String namespace,
        String name,
        String version,
        Map<String, String> qualifiers,
        @Nullable String license,
        String foundIn) {
    public SoftwarePackage {
        qualifiers = Map.copyOf(qualifiers);
    }

    /** Its package URL. */
    public String url() {
        StringBuilder url = new StringBuilder("pkg:").append(type).append('/');
        if (namespace != null && !namespace.isEmpty()) {
            for (String part : namespace.split("/")) {
                url.append(encoded(part)).append('/');
            }
        }
        url.append(type.equals("golang") ? path(name) : encoded(name));
        if (!version.isEmpty()) {
            url.append('@').append(encoded(version));
        }
        char separator = '?';
        for (Map.Entry<String, String> qualifier : new TreeMap<>(qualifiers).entrySet()) {
            url.append(separator).append(qualifier.getKey()).append('=').append(encoded(qualifier.getValue()));
            separator = '&';
        }
        return url.toString();
    }

    private static String path(String name) {
        return String.join(
                "/",
                java.util.Arrays.stream(name.split("/"))
                        .map(SoftwarePackage::encoded)
                        .toList());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":")
                .replace("%7E", "~")
                .replace("*", "%2A");
    }
}
