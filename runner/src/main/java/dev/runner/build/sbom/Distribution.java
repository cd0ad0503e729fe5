package dev.runner.build.sbom;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code /etc/os-release} says.
 *
 * @param id such as {@code debian}
 * @param version such as {@code 12}; may be empty
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release</a>
 */
public record Distribution(String id, String version) {
    static final Distribution UNKNOWN = new Distribution("", "");

    static Distribution parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(
                        line.substring(0, equals),
                        line.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", ""));
            }
        }
        return new Distribution(values.getOrDefault("ID", ""), values.getOrDefault("VERSION_ID", ""));
    }

    /** As package URLs want it; empty when it is not known. */
    String qualifier() {
        return id.isEmpty() || version.isEmpty() ? id : id + "-" + version;
    }
}
