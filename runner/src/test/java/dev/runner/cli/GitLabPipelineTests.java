package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder of {@code gitlab-pipelines} holds a pipeline and what GitLab makes of it. With {@code GITLAB_GOLDEN=write}
 * in the environment a missing expectation is written, to be read before it is kept.
 */
@Timeout(60)
class GitLabPipelineTests {
    private static final Path CASES = Path.of("src/test/resources/gitlab-pipelines");

    @TempDir
    Path work;

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_pipeline_gives_the_jobs_and_the_output_that_GitLab_gives(String name) throws Exception {
        Path folder = CASES.resolve(name).toAbsolutePath();
        Path expected = folder.resolve("expected.txt");

        String result = new GitLabCase(folder, work).result();

        if (!Files.exists(expected) && "write".equals(System.getenv("GITLAB_GOLDEN"))) {
            Files.writeString(expected, result);
        }
        assertThat(result).isEqualTo(Files.readString(expected));
    }

    @Test
    void there_are_at_least_a_hundred_pipelines() throws Exception {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(100);
    }
}
