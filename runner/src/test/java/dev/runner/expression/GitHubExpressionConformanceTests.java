package dev.runner.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.expression.SyntaxFault.Problem;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every case that GitHub's own implementations agree on; see the README of the conformance data. */
class GitHubExpressionConformanceTests {
    private static final Path FOLDER = Path.of("../../shared/conformance/github-expressions");

    @TestFactory
    Stream<DynamicTest> every_case_passes() throws IOException {
        return cases().stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one.json())));
    }

    @Test
    void no_case_is_lost() throws IOException {
        assertThat(cases()).hasSize(1020);
    }

    private record Case(String name, JsonNode json) {}

    private static List<Case> cases() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(FOLDER), "no conformance data in " + FOLDER);
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                JsonNode groups = JsonMapper.shared().readTree(file);
                for (Map.Entry<String, JsonNode> group : groups.properties()) {
                    group.getValue()
                            .forEach(one -> cases.add(new Case(
                                    file.getFileName() + " " + group.getKey() + ": "
                                            + one.get("expr").asString(),
                                    one)));
                }
            }
        }
        return cases;
    }

    private static void check(JsonNode one) {
        Map<String, Value> contexts = new HashMap<>();
        JsonNode given = one.get("contexts");
        if (given != null) {
            given.properties().forEach(entry -> contexts.put(entry.getKey(), value(entry.getValue())));
        }
        String text = one.get("expr").asString();
        Expression expression = Expression.parse(
                text, Source.of("case", text).all(), AllowedNames.of(contexts.keySet()), new Diagnostics());
        JsonNode error = one.get("err");
        if (error == null) {
            assertThat(expression.faultInGitHubsWords()).isNull();
            checkResult(one.get("result"), expression.evaluate(Scope.of(contexts)));
        } else if (error.get("kind").asString().equals("evaluation")) {
            assertThat(expression.faultInGitHubsWords()).isNull();
            assertThatThrownBy(() -> expression.evaluate(Scope.of(contexts)))
                    .isInstanceOf(EvaluationException.class)
                    .hasMessage(error.get("value").asString());
        } else {
            assertThat(expression.faultInGitHubsWords())
                    .startsWith(error.get("value").asString());
            assertThat(expression.faults().getFirst().problem() == Problem.ILLEGAL_SYMBOL)
                    .as("it is a fault of the lexer")
                    .isEqualTo(error.get("kind").asString().equals("lexing"));
            assertThat(expression.evaluate(Scope.of(contexts))).isEqualTo(Value.NULL);
        }
    }

    private static void checkResult(JsonNode expected, Value actual) {
        assertThat(kind(actual)).isEqualTo(expected.get("kind").asString());
        if (actual instanceof Value.Num(double number)) {
            assertThat(number).isEqualTo(expected.get("value").asDouble());
        } else {
            assertThat(actual).isEqualTo(value(expected.get("value")));
        }
    }

    private static Value value(JsonNode json) {
        return Value.fromJson(json.toString());
    }

    private static String kind(Value value) {
        return switch (value) {
            case Value.Null _ -> "Null";
            case Value.Bool _ -> "Boolean";
            case Value.Num _ -> "Number";
            case Value.Str _ -> "String";
            case Value.Arr _ -> "Array";
            case Value.Obj _ -> "Object";
        };
    }
}
