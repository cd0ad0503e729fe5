package dev.runner.oci;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Platform spellings, as containerd's platforms package reads them. Reading keeps a variant that is written and adds
 * none, so that a platform prints as people wrote it; normalising fills in what an unwritten one means.
 */
final class PlatformParser {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]+|\\*");
    private static final Pattern SYSTEM =
            Pattern.compile("(?<os>[A-Za-z0-9_.-]+|\\*)(?:\\((?<version>[A-Za-z0-9_.-]*)\\))?");
    private static final Set<String> ARCHITECTURES = Set.of(
            "386",
            "amd64",
            "arm",
            "arm64",
            "loong64",
            "mips",
            "mips64",
            "mips64le",
            "mipsle",
            "ppc64",
            "ppc64le",
            "riscv64",
            "s390x",
            "sparc64",
            "wasm");
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
        Matcher system = SYSTEM.matcher(parts.getFirst());
        if (parts.size() > 3
                || !system.matches()
                || !parts.stream().skip(1).allMatch(part -> PART.matcher(part).matches())) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a platform; write os/architecture or os/architecture/variant");
        }
        String os = system.group("os").toLowerCase(Locale.ROOT);
        String version = system.group("version") == null ? "" : system.group("version");
        if (parts.size() == 1) {
            return alone(os, version);
        }
        Platform normal = normalize(new Platform(os, parts.get(1), parts.size() > 2 ? parts.get(2) : "", version));
        boolean spelledOut = parts.size() > 2
                && normal.architecture().equals("arm64")
                && normal.variant().isEmpty();
        return parts.size() == 2 ? brief(normal) : spelledOut ? withVariant(normal, "v8") : normal;
    }

    /** One word is an architecture of Linux or an operating system on this machine's architecture. */
    private static Platform alone(String word, String version) {
        if (word.equals("*")) {
            return new Platform("*", "*", "", version);
        }
        if (SYSTEMS.contains(word) || word.equals("macos")) {
            return brief(normalize(new Platform(word, System.getProperty("os.arch"), "", version)));
        }
        Platform platform = brief(normalize(Platform.of("linux", word, "")));
        if (!ARCHITECTURES.contains(platform.architecture())) {
            throw new IllegalArgumentException(
                    "'" + word + "' is neither an operating system nor an architecture; write os/architecture, such as"
                            + " linux/amd64");
        }
        return platform;
    }

    /** Without the variant that an unwritten one means. */
    private static Platform brief(Platform platform) {
        return platform.architecture().equals("arm") && platform.variant().equals("v7")
                ? withVariant(platform, "")
                : platform;
    }

    private static Platform withVariant(Platform platform, String variant) {
        return new Platform(platform.os(), platform.architecture(), variant, platform.osVersion());
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
                variant = switch (variant) {
                    case "8", "v8", "v8.0" -> "";
                    case "9", "9.0", "v9.0" -> "v9";
                    default -> variant;
                };
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
