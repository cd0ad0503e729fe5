package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about FROM and the arguments before it. */
final class FromChecks {
    private static final String TARGET_PLATFORM = "TARGETPLATFORM";

    private final Dockerfile dockerfile;
    private final CheckContext context;
    private final Checks checks;
    private final ShellWords lexer;
    private final Set<String> declared = new LinkedHashSet<>();
    private final Map<String, String> arguments;

    FromChecks(Dockerfile dockerfile, CheckContext context, Checks checks) {
        this.dockerfile = dockerfile;
        this.context = context;
        this.checks = checks;
        this.lexer = ShellWords.plain(dockerfile.directives().escape());
        this.arguments = FromArguments.of(dockerfile, context).values();
        for (Instruction.Arg arg : dockerfile.metaArguments()) {
            arg.arguments().forEach(a -> declared.add(a.name()));
        }
        declared.addAll(arguments.keySet());
    }

    /** Values of the arguments before the first FROM, and of those that are always there. */
    Map<String, String> arguments() {
        return arguments;
    }

    /** A word that cannot be expanded fails the build; a check has nothing to add. */
    private @Nullable String expand(@Nullable String word, Map<String, String> values) {
        try {
            return word == null ? null : lexer.expand(word, values::get).text();
        } catch (ExpansionException e) {
            return null;
        }
    }

    void run() {
        Map<String, String> defaults =
                FromArguments.of(dockerfile, context.withoutArguments()).values();
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            Instruction.From from = stage.from();
            String image = expand(from.image(), defaults);
            if (image != null && !ImageName.isValid(image)) {
                checks.found(
                        CheckRule.INVALID_DEFAULT_ARG_IN_FROM,
                        from.span(),
                        "Default value for ARG " + from.image() + " results in empty or invalid base image name");
            }
            try {
                undeclared(lexer.expand(from.image(), arguments::get), from.span());
                if (from.platform() != null) {
                    platform(stage, from.platform());
                }
            } catch (ExpansionException e) {
                // The build fails on it, with its place.
                continue;
            }
        }
    }

    /** Images that are not for the platform that is asked for, of the stages that are needed. */
    void platforms(StageWalk walk) {
        Set<Integer> needed = walk.needed();
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            CheckContext.BaseImage known = needed.contains(stage.index()) ? walk.known(stage) : null;
            String wanted = expand(stage.from().platform(), arguments);
            wanted = wanted == null ? arguments.getOrDefault(TARGET_PLATFORM, "") : wanted;
            if (known != null && !same(PlatformName.parse(wanted, arguments), known.platform())) {
                checks.found(
                        CheckRule.INVALID_BASE_IMAGE_PLATFORM,
                        stage.from().span(),
                        "Base image " + walk.image(stage) + " was pulled with platform \"" + known.platform()
                                + "\", expected \"" + wanted + "\" for current build");
            }
        }
    }

    private boolean same(@Nullable PlatformName wanted, String platform) {
        return wanted == null || wanted.equals(PlatformName.parse(platform, arguments));
    }

    private void undeclared(ShellWords.Expansion expansion, Span span) {
        for (String name : expansion.unmatched()) {
            if (!declared.contains(name)) {
                String near = Suggestion.of(name, declared);
                checks.found(
                        CheckRule.UNDEFINED_ARG_IN_FROM,
                        span,
                        "FROM argument '" + name + "' is not declared"
                                + (near == null ? "" : " (did you mean " + near + "?)"));
            }
        }
    }

    private void platform(Dockerfile.Stage stage, String platform) {
        Span span = stage.from().span();
        ShellWords.Expansion expansion = lexer.expand(platform, arguments::get);
        undeclared(expansion, span);
        if (expansion.unmatched().isEmpty()
                && expansion.used().equals(Set.of(TARGET_PLATFORM))
                && expansion.text().equals(arguments.get(TARGET_PLATFORM))) {
            checks.found(
                    CheckRule.REDUNDANT_TARGET_PLATFORM,
                    span,
                    "Setting platform to predefined " + platform
                            + " in FROM is redundant as this is the default behavior");
        }
        if (!expansion.unmatched().isEmpty() || !expansion.used().isEmpty()) {
            return;
        }
        String name = stage.name() == null ? "" : stage.name();
        PlatformName constant = PlatformName.parse(expansion.text(), arguments);
        if (constant != null && !name.contains(constant.os()) && !name.contains(constant.architecture())) {
            checks.found(
                    CheckRule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
                    span,
                    "FROM --platform flag should not use constant value \"" + expansion.text() + "\"");
        }
    }

    /** A platform as a check needs it: to see whether a stage's name tells it. */
    record PlatformName(String os, String architecture) {
        private static final Set<String> SYSTEMS =
                Set.of("linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "wasip1");
        private static final Set<String> ARCHITECTURES = Set.of(
                "amd64",
                "arm64",
                "arm",
                "386",
                "ppc64le",
                "ppc64",
                "s390x",
                "riscv64",
                "mips64le",
                "mips64",
                "mipsle",
                "mips",
                "loong64",
                "wasm");

        /** Null if it is no platform; an architecture alone is Linux's, a system alone has this machine's. */
        static @Nullable PlatformName parse(String text, Map<String, String> arguments) {
            String[] parts = text.split("/", -1);
            if (parts.length > 3 || text.isEmpty()) {
                return null;
            }
            String first = parts[0].toLowerCase(Locale.ROOT);
            if (parts.length > 1) {
                return new PlatformName(first, architecture(parts[1]));
            }
            if (SYSTEMS.contains(first)) {
                return new PlatformName(first, arguments.getOrDefault("BUILDARCH", "amd64"));
            }
            String architecture = architecture(first);
            return ARCHITECTURES.contains(architecture) ? new PlatformName("linux", architecture) : null;
        }

        private static String architecture(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "x86_64", "x86-64" -> "amd64";
                case "aarch64" -> "arm64";
                case "armhf", "armel" -> "arm";
                case "i386", "i486", "i586", "i686" -> "386";
                default -> name.toLowerCase(Locale.ROOT);
            };
        }
    }
}
