package dev.runner.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.build.embedded.DockerEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The differential suite as tests, one a case. An engine that {@code RUNNER_DOCKER_ENGINE} names, started by hand, is shown
 * every case; else one is started for those that naive builders fail.
 */
class DifferentialTests {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private static final List<String> TRAPS = List.of(
            "add-archive-root-entry-does-not-change-the-destination",
            "add-archive-through-symlinks-of-the-destination",
            "add-archive-with-entries-that-climb",
            "arg-does-not-leak-between-sibling-stages",
            "arm-without-variant-is-v7-and-arm64-v8-is-arm64",
            "chmod-symbolic-special-bits",
            "cmd-then-entrypoint-keeps-the-cmd-of-this-stage",
            "copy-a-folder-over-nested-file-conflict",
            "copy-a-tree-with-a-file-over-a-folder",
            "copy-capabilities-of-a-stage",
            "chown-without-a-passwd",
            "copy-hard-links-of-a-stage",
            "copy-onto-an-existing-folder-keeps-or-changes-its-attributes",
            "copy-wildcard-without-a-match-beside-a-file-passes",
            "deleted-and-made-again",
            "dockerignore-last-match-wins",
            "emptied-folder-of-the-base",
            "entrypoint-clears-the-cmd-of-the-base",
            "epoch-clamps-what-the-build-added",
            "escape-directive-changes-the-escape-character",
            "everything-inherited-by-a-second-stage",
            "expansion-of-replacement",
            "file-made-folder-made-link-made-file",
            "hard-links-of-the-base-changed",
            "heredocs-to-several-places",
            "mount-secret-is-read-and-leaves-nothing",
            "multi-platform-index-keeps-the-order-asked",
            "onbuild-of-many-kinds",
            "predefined-proxy-argument-is-in-run-but-not-in-history",
            "run-as-a-user-with-a-group-drops-supplementary-groups",
            "run-network-none-has-only-loopback",
            "run-replaces-a-folder-by-a-file-and-back",
            "volume-forms-and-writes-after-it-stay",
            "workdir-of-root-makes-no-layer");

    @TestFactory
    Stream<DynamicTest> each_case_gives_the_image_that_BuildKit_gives() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "the cases' setup.sh needs root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/docker-registry")), "docker-registry is not installed");
        List<String> names = System.getenv("RUNNER_DOCKER_ENGINE") == null ? TRAPS : List.of();
        DifferentialReport report;
        try (DockerEngine engine = DockerEngine.start()) {
            report = DifferentialSuite.run(PROJECT, engine.folder(), names, false);
        }
        Path file = Path.of("target/differential.md");
        Files.writeString(file, report.markdown());
        assertThat(report.verdicts()).extracting(Verdict::name).containsAll(names);
        return report.verdicts().stream()
                .map(verdict -> DynamicTest.dynamicTest(verdict.name(), () -> {
                    if (verdict instanceof Verdict.Skipped skipped) {
                        abort(skipped.reason());
                    }
                    assertThat(report.stands(verdict)).as(report.words(verdict)).isTrue();
                }));
    }
}
