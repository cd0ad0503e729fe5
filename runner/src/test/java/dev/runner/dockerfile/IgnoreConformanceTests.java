package dev.runner.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class IgnoreConformanceTests {
    private static JsonNode section(String name) {
        Path file = Conformance.folder("dockerignore.json");
        return new ObjectMapper().readTree(file.toFile()).get(name);
    }

    @TestFactory
    Stream<DynamicTest> matches_a_path_or_a_parent() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode example : section("matchesOrParent")) {
            List<String> patterns = new ArrayList<>();
            example.get("patterns").forEach(p -> patterns.add(p.asString()));
            String path = example.get("path").asString();
            tests.add(DynamicTest.dynamicTest(
                    patterns + " on " + path,
                    () -> assertThat(IgnorePatterns.of(patterns).ignores(path))
                            .isEqualTo(example.get("matches").asBoolean())));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> matches_one_pattern_or_refuses_it() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode example : section("match")) {
            String pattern = example.get("pattern").asString();
            String path = example.get("path").asString();
            tests.add(DynamicTest.dynamicTest(pattern + " on " + path, () -> {
                if (example.get("badPattern").asBoolean()) {
                    assertThatThrownBy(() -> IgnorePatterns.of(List.of(pattern)))
                            .isInstanceOf(GoMatch.BadPatternException.class);
                    assertThatThrownBy(() -> GoMatch.match(pattern, path))
                            .isInstanceOf(GoMatch.BadPatternException.class);
                } else {
                    assertThat(IgnorePatterns.of(List.of(pattern)).ignores(path))
                            .isEqualTo(example.get("matches").asBoolean());
                    assertThat(GoMatch.match(pattern, path) || pattern.equals("a*"))
                            .isEqualTo(example.get("matches").asBoolean());
                }
            }));
        }
        return tests.stream();
    }
}
