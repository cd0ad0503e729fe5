package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code runner/bin/dist} puts together. */
class ReleaseTests {
    private static final long TIME = 1_767_225_600;

    @TempDir
    Path folder;

    @Test
    void the_same_content_gives_the_same_jar_in_whatever_order_and_whenever_it_came() throws IOException {
        Path first = release("first", built("a.jar", List.of("b.txt", "a.txt", "META-INF/NOTICE"), 1_000_000_000_000L));
        Path second =
                release("second", built("b.jar", List.of("META-INF/NOTICE", "a.txt", "b.txt"), 1_500_000_000_000L));

        assertThat(first).hasSameBinaryContentAs(second);
        try (JarFile jar = new JarFile(first.toFile())) {
            assertThat(jar.stream().map(JarEntry::getName)).containsExactly("META-INF/MANIFEST.MF", "a.txt", "b.txt");
            assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
                    .isEqualTo("1.2.3 (abc)");
        }
        assertThat(folder.resolve("first/notices/NOTICE")).hasContent("META-INF/NOTICE");
    }

    @Test
    void only_this_machines_compiled_libraries_are_kept_and_lie_beside_the_jar() throws IOException {
        List<String> natives = List.of(
                "linux/amd64/libz-1.so", "linux/aarch64/libz-1.so", "win/x86/libz-1.dll", "darwin/aarch64/libz.dylib");

        Path jar = release("one", built("a.jar", natives, 1_000_000_000_000L));

        assertThat(folder.resolve("one/libraries")).isDirectoryContaining("glob:**/libz-1.so");
        assertThat(folder.resolve("one/libraries/libz-1.so")).hasContent("linux/aarch64/libz-1.so");
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.stream().map(JarEntry::getName)).containsExactly("META-INF/MANIFEST.MF");
        }
    }

    @Test
    void every_library_of_the_program_is_named_with_its_terms() throws IOException {
        String terms = Files.readString(Path.of("src/dist/THIRD-PARTY"));
        Matcher artifact = Pattern.compile(
                        "<artifactId>([^<]+)</artifactId>\\s*<version>[^<]*</version>\\s*(<scope>(\\w+)</scope>\\s*)?</dependency>")
                .matcher(Files.readString(Path.of("pom.xml")));
        List<String> own = new ArrayList<>();
        while (artifact.find()) {
            if (!"test".equals(artifact.group(3))) {
                own.add(artifact.group(1));
            }
        }

        assertThat(own).hasSizeGreaterThan(10).contains("xz", "eddsa").doesNotContain("wiremock");
        assertThat(own).allSatisfy(name -> assertThat(terms).contains(name));
    }

    @Test
    void the_launcher_finds_its_files_through_links_with_blanks_and_from_any_folder() throws Exception {
        Path home = Files.createDirectories(folder.resolve("in stalled/runner 1"));
        Files.createDirectories(home.resolve("runtime/bin"));
        executable(
                home.resolve("runtime/bin/java"),
                "#!/bin/sh\nfor word; do :; done\nprintf '%s|' \"$0\" \"$RUNNER_LAUNCHER\" \"$LC_ALL\" \"$word\" $RUNNER_JAVA_OPTS\n");
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("bin/start-program.sh"), home.resolve("lib/start-program.sh"));
        Files.createDirectories(home.resolve("bin"));
        executable(home.resolve("bin/runner"), Files.readString(Path.of("src/dist/runner")));
        Path links = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("inner"), Path.of("../in stalled/runner 1/bin/runner"));
        Files.createSymbolicLink(links.resolve("runner"), Path.of("inner"));
        String expected = home.resolve("runtime/bin/java") + "|" + home.resolve("bin/runner") + "|C.UTF-8|a b|-Dx=1|";

        assertThat(started(folder, links.resolve("runner").toString())).isEqualTo(expected);
        assertThat(started(links, "./runner")).isEqualTo(expected);
        assertThat(started(home, "bin/runner")).isEqualTo(expected);
        assertThat(started(home.resolve("bin"), "sh", "runner")).isEqualTo(expected);
        assertThat(started(folder, "sh", "-c", "PATH='" + links + "':$PATH; exec runner \"$0\""))
                .isEqualTo(expected);
    }

    @Test
    void a_runtime_that_does_not_start_is_a_lack_of_the_machine() throws Exception {
        Path home = folder.resolve("runner");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("bin/start-program.sh"), home.resolve("lib/start-program.sh"));
        executable(home.resolve("bin/runner"), Files.readString(Path.of("src/dist/runner")));
        for (String shell : List.of("sh", "busybox sh")) {
            List<String> words = new ArrayList<>(List.of(shell.split(" ")));
            words.add("bin/runner");
            Process process = new ProcessBuilder(words)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(shell + ": " + output).isEqualTo(ExitCode.MACHINE_LACKS);
            assertThat(output).contains("its Java runtime does not start here");
        }
    }

    @Test
    void what_dist_cannot_understand_is_bad_input() throws Exception {
        Process process = new ProcessBuilder("bin/dist", "--arch", "m68k")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(output).contains("'--arch m68k' is not understood");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String started(Path from, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        words.add("a b");
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(from.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        environment.put("RUNNER_JAVA_OPTS", "-Dx=1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /** A jar whose entries hold their own names. */
    private Path built(String name, List<String> entries, long time) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (String entry : entries) {
                JarEntry written = new JarEntry(entry);
                written.setTime(time);
                jar.putNextEntry(written);
                jar.write(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private Path release(String name, Path built) throws IOException {
        Path to = folder.resolve(name);
        Path libraries = Files.createDirectories(to.resolve("libraries"));
        Path notices = Files.createDirectories(to.resolve("notices"));
        ReleaseJar.main(new String[] {
            built.toString(),
            to.resolve("release.jar").toString(),
            libraries.toString(),
            notices.toString(),
            "aarch64",
            "1.2.3 (abc)",
            String.valueOf(TIME)
        });
        return to.resolve("release.jar");
    }
}
