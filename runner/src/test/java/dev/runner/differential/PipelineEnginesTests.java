package dev.runner.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.embedded.DockerEngine;
import dev.runner.cli.ProgramProcess;
import dev.runner.registry.DockerRegistry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** One pipeline, run with each engine: everything that it makes must be the same, but for the differences that we mean. */
class PipelineEnginesTests {
    private static final Path PIPELINES = Path.of("src/test/resources/engine-pipelines");
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    static Path folder;

    private static Ran embedded;
    private static Ran buildkit;

    /**
     * A run and what it left.
     *
     * @param out the folder that the pipeline wrote to
     */
    private record Ran(int code, String said, Path out, DockerRegistry registry) {}

    @BeforeAll
    static void run() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        try (DockerEngine engine = DockerEngine.start()) {
            embedded = run("embedded", engine);
            buildkit = run("buildkit", engine);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (Ran one : new Ran[] {embedded, buildkit}) {
            if (one != null) {
                one.registry().close();
            }
        }
    }

    private static Ran run(String kind, DockerEngine engine) throws Exception {
        Path home = Files.createDirectories(folder.resolve(kind));
        Path work = Files.createDirectories(home.resolve("work"));
        try (Stream<Path> files = Files.walk(PIPELINES)) {
            for (Path file : files.toList()) {
                Path copy = work.resolve(PIPELINES.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                }
            }
        }
        Files.copy(BUSYBOX, work.resolve("context/busybox"));
        Path out = Files.createDirectories(home.resolve("out"));
        DockerRegistry registry = DockerRegistry.startWithUser(home.resolve("registry"), "ci", "pass-word");
        ProcessBuilder builder = new ProcessBuilder(
                        ProgramProcess.launcher().toString(),
                        "exec",
                        "--engine=" + kind,
                        "--output=plain",
                        "--var=OUT=" + out,
                        "--var=REGISTRY=" + registry.domain(),
                        "pipeline.yml")
                .directory(work.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.putAll(engine.environment());
        environment.put("BUILDX_CONFIG", home.resolve("buildx").toString());
        environment.put("XDG_CACHE_HOME", home.resolve("cache").toString());
        environment.put("XDG_STATE_HOME", home.resolve("state").toString());
        environment.put("XDG_DATA_HOME", home.resolve("data").toString());
        environment.put("XDG_CONFIG_HOME", home.resolve("config").toString());
        environment.put("REGISTRY_PASSWORD", "pass-word");
        environment.put("WORD", "never-shown");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), said, out, registry);
    }

    private static String absolute(String path) {
        return String.join(
                ":",
                Stream.of(path.split(":"))
                        .map(one -> Path.of(one).toAbsolutePath().toString())
                        .toList());
    }

    @Test
    void both_engines_run_it_to_its_end_and_show_no_secret() {
        for (Ran one : List.of(embedded, buildkit)) {
            assertThat(one.code()).as(one.said()).isZero();
            assertThat(one.said()).doesNotContain("never-shown", "pass-word");
        }
    }

    @Test
    void both_engines_make_equal_images() throws Exception {
        AcceptedDifferences accepted = AcceptedDifferences.read(PIPELINES.resolve("accepted-differences.yml"));
        List<Difference> unexplained = new ArrayList<>();
        for (String name : List.of("plain", "target", "inputs", "child")) {
            Difference.between(name, facts(buildkit, name), facts(embedded, name)).stream()
                    .filter(difference -> !accepted.cover(difference))
                    .forEach(unexplained::add);
        }
        assertThat(unexplained).as(buildkit.said()).isEmpty();
    }

    private static Map<String, String> facts(Ran ran, String name) throws IOException {
        return ImageFacts.read(ran.out().resolve(name + ".tar"), Files.createTempDirectory(folder, "layout"));
    }

    @Test
    void both_engines_write_equal_files() throws Exception {
        assertThat(tree(buildkit.out().resolve("inputs")))
                .isEqualTo(tree(embedded.out().resolve("inputs")));
        for (String name : List.of("sour", "salty")) {
            assertThat(entries(buildkit.out().resolve(name + ".tar")))
                    .containsKey("work/taste")
                    .isEqualTo(entries(embedded.out().resolve(name + ".tar")));
            assertThat(tags(buildkit, name)).isEqualTo(tags(embedded, name)).contains("x/" + name + ":1");
        }
    }

    private static String tags(Ran ran, String name) throws IOException {
        try (TarArchiveInputStream in = new TarArchiveInputStream(
                new BufferedInputStream(Files.newInputStream(ran.out().resolve(name + "-docker.tar"))))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals("manifest.json")) {
                    return JsonMapper.shared()
                            .readTree(in.readAllBytes())
                            .path(0)
                            .path("RepoTags")
                            .toString();
                }
            }
        }
        return "";
    }

    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                String content = path.endsWith("busybox") ? "" : Files.readString(path, StandardCharsets.ISO_8859_1);
                files.put(root.relativize(path).toString(), content.length() > 1000 ? "long" : content);
            }
        }
        return files;
    }

    private static Map<String, String> entries(Path tar) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(tar)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName().replaceFirst("^\\./", "").replaceFirst("/$", "");
                if (!name.isEmpty()) {
                    entries.put(
                            name,
                            Integer.toOctalString(entry.getMode() & 07777) + " " + entry.getLongUserId() + ":"
                                    + entry.getLongGroupId() + " " + entry.getSize() + " " + entry.getLinkName());
                }
            }
        }
        return entries;
    }

    @Test
    void both_engines_publish_what_they_have_pushed_and_built() throws Exception {
        for (Ran one : List.of(embedded, buildkit)) {
            for (String tag : List.of("base:1", "published:one", "published:two")) {
                String raw = DockerRegistry.skopeo(
                        "inspect",
                        "--raw",
                        "--tls-verify=false",
                        "--creds=ci:pass-word",
                        "docker://" + one.registry().domain() + "/" + tag);
                assertThat(raw).contains("\"amd64\"", "\"arm64\"");
            }
        }
    }
}
