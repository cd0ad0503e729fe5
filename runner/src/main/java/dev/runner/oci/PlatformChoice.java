package dev.runner.oci;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of several images runs best on a platform: newer variants run what older ones run, so 32-bit ARM falls back. */
final class PlatformChoice {
    private PlatformChoice() {}

    static @Nullable Descriptor find(List<Descriptor> manifests, Platform wanted) {
        for (Platform candidate : fallbacks(wanted.normalized())) {
            for (Descriptor descriptor : manifests) {
                Platform platform = descriptor.platform();
                if (platform != null && candidate.matches(platform)) {
                    return descriptor;
                }
            }
        }
        return null;
    }

    private static List<Platform> fallbacks(Platform platform) {
        List<String> variants = switch (platform.architecture() + "/" + platform.variant()) {
            case "arm/v8" -> List.of("v8", "v7", "v6", "v5");
            case "arm/v7" -> List.of("v7", "v6", "v5");
            case "arm/v6" -> List.of("v6", "v5");
            case "amd64/v4" -> List.of("v4", "v3", "v2", "");
            case "amd64/v3" -> List.of("v3", "v2", "");
            case "amd64/v2" -> List.of("v2", "");
            default -> List.of(platform.variant());
        };
        return variants.stream()
                .map(variant -> Platform.of(platform.os(), platform.architecture(), variant))
                .toList();
    }
}
