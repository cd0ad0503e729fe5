package dev.runner.frontend.nativeyaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.runner.expression.Value;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code pipelines/schema.json} and the reader agree on every pipeline of the golden folders. */
class SchemaTests {
    /** What a schema cannot see: YAML itself, and names that depend on other names. */
    private static final Set<String> BLIND = Set.of(
            "bad-alias-bomb",
            "bad-build-cache-reference",
            "bad-build-tag-case",
            "bad-condition-commit",
            "bad-condition-context",
            "bad-context",
            "bad-deep-nesting",
            "bad-duplicate-key",
            "bad-expression-syntax",
            "bad-function",
            "bad-if-tag",
            "bad-job-env-steps",
            "bad-matrix-key",
            "bad-matrix-reference",
            "bad-need-not-needed",
            "bad-need-output",
            "bad-needs-cycle",
            "bad-needs-near",
            "bad-needs-self",
            "bad-needs-unknown",
            "bad-outputs-step",
            "bad-second-document",
            "bad-secret-near",
            "bad-secret-unknown",
            "bad-step-id-twice",
            "bad-step-later",
            "bad-step-part",
            "bad-step-unknown-reference",
            "bad-tag",
            "bad-variable-below",
            "bad-variable-near",
            "bad-yaml-syntax");

    private final Schema schema = load();

    private static Schema load() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(Path.of("../pipelines/schema.json")), InputFormat.JSON);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> schema_and_reader_agree() {
        return Cases.all().stream()
                .filter(folder -> !BLIND.contains(folder.getFileName().toString()))
                .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
                    List<Error> errors = schema.validate(json(Cases.pipeline(folder)), InputFormat.JSON);
                    if (Cases.isGood(folder)) {
                        assertThat(errors).isEmpty();
                    } else {
                        assertThat(errors).as("a fault that the reader sees").isNotEmpty();
                    }
                }));
    }

    @Test
    void every_blind_spot_is_a_case_and_really_blind() throws IOException {
        for (String name : BLIND) {
            Path folder = Cases.FOLDER.resolve(name);
            assertThat(folder).isDirectory();
            try {
                assertThat(schema.validate(json(Cases.pipeline(folder)), InputFormat.JSON))
                        .as(name)
                        .isEmpty();
            } catch (dev.runner.source.InvalidSourceException e) {
                assertThat(e.diagnostics()).as(name + " is no YAML at all").isNotEmpty();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> the_pipelines_of_this_repository_are_good() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../pipelines"))) {
            List<Path> pipelines =
                    files.filter(file -> file.toString().endsWith(".yml")).toList();
            return pipelines.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        NativePipelines.read(Source.read(file));
                        assertThat(schema.validate(json(Files.readString(file)), InputFormat.JSON))
                                .isEmpty();
                    }));
        }
    }

    private static String json(String yaml) {
        YamlNode root = YamlReader.read(Source.of("pipeline.yml", yaml), NativePipelines.LIMITS);
        return root == null ? "null" : value(root).toJson();
    }

    private static Value value(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> Scalars.resolve(scalar);
            case YamlNode.Sequence sequence ->
                Value.of(sequence.items().stream().map(SchemaTests::value).toList());
            case YamlNode.Mapping mapping -> {
                Map<String, Value> entries = new LinkedHashMap<>();
                mapping.entries()
                        .forEach(entry -> entries.put(((YamlNode.Scalar) entry.key()).value(), value(entry.value())));
                yield Value.Obj.caseSensitive(entries);
            }
        };
    }
}
