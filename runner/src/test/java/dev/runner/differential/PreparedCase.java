package dev.runner.differential;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A case laid out for both builders: a private copy of its context, with the name {@code base.test} replaced by the
 * registry that holds the bases, and all times that {@code setup.sh} did not choose set to one moment of the past. So
 * a time of today in an image is one that the build made, and any other must be equal in both.
 */
record PreparedCase(DifferentialCase source, Path context, List<String> flags, List<String> environment) {
    /** The name by which cases call the registry of the bases. */
    static final String BASES = "base.test";

    private static final long MOMENT = 1_600_000_000L;

    static PreparedCase prepare(DifferentialCase source, String registry, Path work)
            throws IOException, InterruptedException {
        Path context = work.resolve("context");
        Instant start = Instant.now().minusSeconds(60);
        lay(source.material(), context);
        setUp(context);
        name(context, registry);
        settle(context, start, moment(source));
        return new PreparedCase(source, context, flags(source, registry, context, work), environment(source));
    }

    private static List<String> flags(DifferentialCase source, String registry, Path context, Path work)
            throws IOException {
        List<String> flags = new ArrayList<>(source.flags());
        flags.add("--file=" + context.resolve(source.material().dockerfile()));
        source.contexts().forEach((name, place) -> {
            boolean image = place.contains("://");
            flags.add("--build-context=" + name + "="
                    + (image ? place.replace(BASES, registry) : context.resolve(place)));
        });
        for (var secret : source.secrets().entrySet()) {
            Path file = work.resolve("secret-" + secret.getKey());
            Files.writeString(file, secret.getValue());
            flags.add("--secret=id=" + secret.getKey() + ",src=" + file);
        }
        return flags;
    }

    private static List<String> environment(DifferentialCase source) {
        String epoch = source.times().epoch();
        return epoch == null ? List.of() : List.of("SOURCE_DATE_EPOCH=" + epoch);
    }

    private static void lay(DifferentialCase.Material material, Path context) throws IOException {
        Files.createDirectories(context);
        if (material.folder() != null) {
            copy(material.folder(), context);
        }
        for (Map.Entry<String, String> file : material.files().entrySet()) {
            Path path = context.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                } else if (!path.getFileName().toString().equals(DifferentialCase.OPTIONS)) {
                    Files.copy(path, target);
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
                }
            }
        }
    }

    private static void setUp(Path context) throws IOException, InterruptedException {
        Path setup = context.resolve(DifferentialCase.SETUP);
        if (Files.exists(setup)) {
            Commands.run(context, List.of(), List.of("sh", "-euc", "umask 022; . ./" + DifferentialCase.SETUP));
            Files.delete(setup);
        }
    }

    private static void name(Path context, String registry) throws IOException {
        try (Stream<Path> files = Files.list(context)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith("Dockerfile")).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                Files.writeString(file, text.replace(BASES, registry), StandardCharsets.ISO_8859_1);
            }
        }
    }

    /**
     * A time of the case's own: Buildx sends a file only when its size or time is not what it sent before, whatever the
     * folder, so that two cases with files alike in both would share the first one's content.
     */
    private static long moment(DifferentialCase source) {
        return MOMENT + (source.name().hashCode() & 0xFF_FFFF);
    }

    /** By {@code find} and {@code touch}, because Java opens a file to set its times, and waits for ever at a fifo. */
    private static void settle(Path context, Instant start, long moment) throws IOException, InterruptedException {
        Commands.run(
                context,
                List.of(),
                List.of(
                        "find",
                        ".",
                        "-depth",
                        "-newermt",
                        "@" + start.getEpochSecond(),
                        "!",
                        "-newermt",
                        "@" + start.plusSeconds(3600).getEpochSecond(),
                        "-exec",
                        "touch",
                        "-h",
                        "-d",
                        "@" + moment,
                        "{}",
                        "+"));
    }
}
