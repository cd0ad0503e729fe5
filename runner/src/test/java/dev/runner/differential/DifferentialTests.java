package dev.runner.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The differential suite as tests, when a Docker Engine runs: one test a case. */
class DifferentialTests {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    @TestFactory
    Stream<DynamicTest> each_case_gives_the_image_that_BuildKit_gives() throws Exception {
        Path engine = Peers.runningEngine();
        assumeTrue(engine != null, "no Docker Engine answers: ../shared/peers/docker-engine start");
        assumeTrue("root".equals(System.getProperty("user.name")), "the cases' setup.sh needs root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/docker-registry")), "docker-registry is not installed");
        if (engine == null) {
            return Stream.of();
        }
        DifferentialReport report = DifferentialSuite.run(PROJECT, engine, List.of(), false);
        Path file = Path.of("target/differential.md");
        Files.writeString(file, report.markdown());
        return report.verdicts().stream()
                .map(verdict -> DynamicTest.dynamicTest(verdict.name(), () -> {
                    if (verdict instanceof Verdict.Skipped skipped) {
                        abort(skipped.reason());
                    }
                    assertThat(report.stands(verdict)).as(report.words(verdict)).isTrue();
                }));
    }
}
