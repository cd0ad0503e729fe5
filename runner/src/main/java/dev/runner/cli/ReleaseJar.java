package dev.runner.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the jar of a release from that of the build; {@code runner/bin/dist} starts it. The same input gives the same bytes:
 * entries sorted, all of one time. Compiled libraries for other machines stay out; those for this one go beside the Java runtime's,
 * where Java finds them and nothing needs unpacking at each start. What says whose the parts are goes into files of its own.
 */
final class ReleaseJar {
    private static final Pattern NATIVE = Pattern.compile(".+/.+/lib[^/]+\\.(so|dll|dylib|jnilib)");
    private static final Pattern NOTICE = Pattern.compile("META-INF/(NOTICE(\\.[a-z]+)?|.*LICENSE.*)");

    private final Path libraries;
    private final Path notices;
    private final String machine;
    private final String version;
    private final LocalDateTime time;

    /**
     * @param libraries where the machine's compiled libraries go
     * @param notices where licences and notices of the parts go
     * @param machine as {@code os.arch} says: {@code amd64}, {@code aarch64}
     * @param time of all entries, in seconds since 1970
     */
    private ReleaseJar(Path libraries, Path notices, String machine, String version, long time) {
        this.libraries = libraries;
        this.notices = notices;
        this.machine = machine;
        this.version = version;
        this.time = LocalDateTime.ofEpochSecond(time, 0, ZoneOffset.UTC);
    }

    /** @param arguments the jar to read, the one to write, and what the constructor takes, in its order */
    public static void main(String[] arguments) throws IOException {
        ReleaseJar release = new ReleaseJar(
                Path.of(arguments[2]), Path.of(arguments[3]), arguments[4], arguments[5], Long.parseLong(arguments[6]));
        try (JarFile jar = new JarFile(arguments[0]);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
            release.write(jar, out);
        }
    }

    private void write(JarFile jar, OutputStream to) throws IOException {
        try (JarOutputStream out = new JarOutputStream(to)) {
            out.setLevel(9);
            out.putNextEntry(entry(JarFile.MANIFEST_NAME));
            manifest(jar).write(out);
            List<JarEntry> entries = jar.stream()
                    .filter(entry -> !entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME))
                    .sorted(Comparator.comparing(JarEntry::getName))
                    .toList();
            for (JarEntry each : entries) {
                Path aside = aside(each.getName());
                try (InputStream in = jar.getInputStream(each)) {
                    if (aside != null) {
                        Files.write(aside, in.readAllBytes());
                    } else if (!NATIVE.matcher(each.getName()).matches()) {
                        out.putNextEntry(entry(each.getName()));
                        in.transferTo(out);
                    }
                }
            }
        }
    }

    /** Where an entry goes instead of the jar; null for none. */
    private @Nullable Path aside(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        if (name.startsWith("linux/" + machine + "/")) {
            return libraries.resolve(file);
        }
        return NOTICE.matcher(name).matches() ? notices.resolve(file) : null;
    }

    private Manifest manifest(JarFile jar) throws IOException {
        Manifest manifest = jar.getManifest();
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        return manifest;
    }

    private JarEntry entry(String name) {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(time);
        return entry;
    }
}
