package dev.runner.oci;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of several images runs best on a platform: newer variants run what older ones run, 64-bit machines what 32-bit
 * ones run.
 */
final class PlatformChoice {
    private static final List<String> X86 = List.of("v4", "v3", "v2", "");
    private static final List<String> ARM = List.of("v8", "v7", "v6", "v5");
    private static final List<String> ARM64 = List.of("v9", "");

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

    /** Best first, as containerd's platforms.Only orders them. */
    private static List<Platform> fallbacks(Platform platform) {
        List<Platform> list = new ArrayList<>();
        switch (platform.architecture()) {
            case "amd64" -> {
                addDown(list, platform, "amd64", X86.indexOf(platform.variant()), X86);
                list.add(with(platform, "386", ""));
            }
            case "arm" -> addDown(list, platform, "arm", ARM.indexOf(platform.variant()), ARM);
            case "arm64" -> {
                addDown(list, platform, "arm64", ARM64.indexOf(platform.variant()), ARM64);
                addDown(list, platform, "arm", 0, ARM);
            }
            default -> {}
        }
        if (!list.contains(platform)) {
            list.addFirst(platform);
        }
        return list;
    }

    private static void addDown(List<Platform> list, Platform wanted, String name, int from, List<String> variants) {
        for (String variant : variants.subList(from < 0 ? variants.size() : from, variants.size())) {
            list.add(with(wanted, name, variant));
        }
    }

    private static Platform with(Platform wanted, String architecture, String variant) {
        return new Platform(wanted.os(), architecture, variant, wanted.osVersion());
    }
}
