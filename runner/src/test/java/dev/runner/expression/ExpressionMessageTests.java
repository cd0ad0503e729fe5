package dev.runner.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What people read when an expression is wrong. A folder a case: {@code input.yml} and the messages, {@code expected.txt}.
 * Values under {@code if} are conditions, all others templates. {@code -Dgolden.write=true} writes what is now so.
 */
class ExpressionMessageTests {
    private static final Path CASES = Path.of("src/test/resources/expression/messages");
    private static final AllowedNames ALLOWED = AllowedNames.of(
            "variables",
            "secrets",
            "matrix",
            "steps",
            "success(0,0)",
            "failure(0,0)",
            "always(0,0)",
            "cancelled(0,0)",
            "hashFiles(1,255)");

    @TestFactory
    Stream<DynamicTest> each_case_reads_as_its_golden_file_says() throws IOException {
        try (Stream<Path> cases = Files.list(CASES)) {
            return cases.sorted().toList().stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        Path expected = folder.resolve("expected.txt");
        Source source = Source.of("input.yml", Files.readString(folder.resolve("input.yml")));
        Diagnostics diagnostics = new Diagnostics();
        YamlNode root = YamlReader.read(source, YamlReader.Limits.DEFAULT);
        if (root != null) {
            visit(root, false, diagnostics);
        }
        String actual = diagnostics.sorted().stream().map(Diagnostic::render).collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, actual + "\n");
        }
        assertThat(actual + "\n").isEqualTo(Files.readString(expected));
    }

    private static void visit(YamlNode node, boolean condition, Diagnostics diagnostics) {
        switch (node) {
            case YamlNode.Scalar scalar -> {
                if (condition) {
                    Expression.parseCondition(scalar.value(), scalar.span(), ALLOWED, diagnostics);
                } else {
                    Template.parse(scalar.value(), scalar.span(), ALLOWED, diagnostics);
                }
            }
            case YamlNode.Sequence sequence -> sequence.items().forEach(item -> visit(item, false, diagnostics));
            case YamlNode.Mapping mapping ->
                mapping.entries()
                        .forEach(entry -> visit(
                                entry.value(),
                                entry.key() instanceof YamlNode.Scalar key
                                        && key.value().equals("if"),
                                diagnostics));
        }
    }
}
