package dev.runner.frontend.nativeyaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.runner.build.CacheReference;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each folder holds a pipeline and what reading it gives; {@code -Dgolden.update} writes that anew. */
class NativePipelinesTests {
    @TestFactory
    Stream<DynamicTest> reading_gives_the_model_or_every_diagnostic() {
        return Cases.all().stream()
                .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
    }

    private static void check(Path folder) throws IOException {
        String actual = read(Source.of("pipeline.yml", Cases.pipeline(folder)));
        assertThat(actual.startsWith("Pipeline")).isEqualTo(Cases.isGood(folder));
        Path expected = folder.resolve("expected.txt");
        if (System.getProperty("golden.update") != null) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }

    private static String read(Source source) {
        try {
            return ModelText.of(NativePipelines.read(source));
        } catch (InvalidSourceException e) {
            return e.diagnostics().stream().map(Diagnostic::render).collect(Collectors.joining("\n")) + "\n";
        }
    }

    @Test
    void caches_have_the_attributes_that_the_engine_reads() {
        for (String type : CacheAttributes.TYPES) {
            assertThat(CacheAttributes.of(type)).isEqualTo(CacheReference.attributes(type));
        }
    }

    @Test
    void a_file_that_is_too_long_is_refused_with_the_limit() {
        String text = "# " + "x".repeat(1 << 20) + "\njobs: {a: {steps: [{run: make}]}}\n";

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> NativePipelines.read(Source.of("long.yml", text)))
                .withMessageContaining("longer than 1048576 characters");
    }

    @Test
    void an_expression_that_is_too_long_is_refused_with_the_limit() {
        String text = "jobs: {a: {steps: [{run: \"${{ '" + "x".repeat(30_000) + "' }}\"}]}}\n";

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> NativePipelines.read(Source.of("long.yml", text)))
                .withMessageContaining("the expression is longer than");
    }

    @Test
    void a_pipeline_without_name_is_called_as_its_file() {
        String text = "jobs: {a: {steps: [{run: make}]}}\n";

        assertThat(NativePipelines.read(Source.of("ci/build.yml", text)).name()).isEqualTo("build");
    }
}
