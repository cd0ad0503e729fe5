package dev.runner.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ParserConformanceTests {
    @TestFactory
    Stream<DynamicTest> cuts_words_as_buildkit_does() throws IOException {
        return cases("dockerfile-parser/testfiles")
                .map(folder -> DynamicTest.dynamicTest(name(folder), () -> {
                    Diagnostics diagnostics = new Diagnostics();
                    List<Node> nodes = new Parser(Source.read(folder.resolve("Dockerfile")), diagnostics).parse();
                    assertThat(diagnostics.sorted()).isEmpty();
                    String dump = nodes.stream().map(n -> "(" + dump(n) + ")").collect(Collectors.joining("\n"));
                    assertThat(dump)
                            .isEqualTo(
                                    Files.readString(folder.resolve("result")).strip());
                }));
    }

    @TestFactory
    Stream<DynamicTest> refuses_what_buildkit_refuses() throws IOException {
        return cases("dockerfile-parser/testfiles-negative")
                .map(folder -> DynamicTest.dynamicTest(name(folder), () -> {
                    Path file = Files.isDirectory(folder) ? folder.resolve("Dockerfile") : folder;
                    Diagnostics diagnostics = new Diagnostics();
                    new Parser(Source.read(file), diagnostics).parse();
                    assertThat(diagnostics.hasErrors()).isTrue();
                }));
    }

    private static Stream<Path> cases(String name) throws IOException {
        try (Stream<Path> folders = Files.list(Conformance.folder(name))) {
            return folders.sorted().toList().stream();
        }
    }

    private static String name(Path folder) {
        return String.valueOf(folder.getFileName());
    }

    private static String dump(Node node) {
        StringBuilder dump = new StringBuilder(node.written().keyword().toLowerCase(Locale.ROOT));
        if (!node.flags().isEmpty()) {
            dump.append(node.flags().stream().map(f -> quote(f.text())).collect(Collectors.joining(" ", " [", "]")));
        }
        if (node.child() != null) {
            dump.append(" (").append(dump(node.child())).append(")");
        }
        node.texts().forEach(word -> dump.append(' ').append(quote(word)));
        return dump.toString();
    }

    /** As Go's {@code strconv.Quote}. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
