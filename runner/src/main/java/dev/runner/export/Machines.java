package dev.runner.export;

import dev.runner.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The machines of a system by the platform that is their own. What has no machine of its own is built by the nearest: 32-bit
 * ARM on 64-bit ARM, whose processors mostly run it as it is, all else by emulation on amd64.
 */
record Machines(Map<String, String> labels) {
    private static final String AMD64 = "linux/amd64";
    private static final String ARM64 = "linux/arm64";

    static Machines of(Exporter.Kind system, Map<String, String> written) {
        Map<String, String> labels = new LinkedHashMap<>();
        switch (system) {
            case GITHUB -> {
                labels.put(AMD64, "ubuntu-24.04");
                labels.put(ARM64, "ubuntu-24.04-arm");
            }
            case GITLAB -> {
                labels.put(AMD64, "saas-linux-medium-amd64");
                labels.put(ARM64, "saas-linux-medium-arm64");
            }
        }
        labels.putAll(written);
        return new Machines(labels);
    }

    /** The usual machine, where no platform asks for another. */
    String usual() {
        return labels.getOrDefault(AMD64, "");
    }

    /** The machine that builds a platform. */
    String of(Platform platform) {
        String own = labels.get(platform.toString());
        if (own != null) {
            return own;
        }
        return platform.architecture().equals("arm") ? labels.getOrDefault(ARM64, usual()) : usual();
    }
}
