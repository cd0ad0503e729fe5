package dev.runner.oci;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Platform spellings, as containerd's platforms package reads them. */
final class PlatformParser {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Set<String> SYSTEMS = Set.of(
            "aix",
            "android",
            "darwin",
            "dragonfly",
            "freebsd",
            "hurd",
            "illumos",
            "ios",
            "js",
            "linux",
            "nacl",
            "netbsd",
            "openbsd",
            "plan9",
            "solaris",
            "wasip1",
            "windows",
            "zos");

    private PlatformParser() {}

    static Platform parse(String text) {
        List<String> parts = List.of(text.split("/", -1));
        if (parts.size() > 3
                || !parts.stream().allMatch(part -> PART.matcher(part).matches())) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a platform; write os/architecture or os/architecture/variant");
        }
        String first = parts.getFirst().toLowerCase(Locale.ROOT);
        if (parts.size() > 1) {
            return normalize(Platform.of(first, parts.get(1), parts.size() > 2 ? parts.get(2) : ""));
        }
        return SYSTEMS.contains(first) || first.equals("macos")
                ? normalize(Platform.of(first, System.getProperty("os.arch"), ""))
                : normalize(Platform.of("linux", first, ""));
    }

    static Platform normalize(Platform platform) {
        String os = platform.os().toLowerCase(Locale.ROOT);
        String architecture = platform.architecture().toLowerCase(Locale.ROOT);
        String variant = platform.variant().toLowerCase(Locale.ROOT);
        switch (architecture) {
            case "i386" -> {
                architecture = "386";
                variant = "";
            }
            case "x86_64", "x86-64", "amd64" -> {
                architecture = "amd64";
                variant = variant.equals("v1") ? "" : variant;
            }
            case "aarch64", "arm64" -> {
                architecture = "arm64";
                variant = variant.equals("8") || variant.equals("v8") ? "" : variant;
            }
            case "armhf" -> {
                architecture = "arm";
                variant = "v7";
            }
            case "armel" -> {
                architecture = "arm";
                variant = "v6";
            }
            case "arm" -> variant = armVariant(variant);
            default -> {}
        }
        return new Platform(os.equals("macos") ? "darwin" : os, architecture, variant, platform.osVersion());
    }

    private static String armVariant(String variant) {
        return switch (variant) {
            case "", "7" -> "v7";
            case "5", "6", "8" -> "v" + variant;
            default -> variant;
        };
    }
}
