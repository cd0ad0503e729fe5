package dev.runner.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ShellWordsConformanceTests {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PWD", "/home", "SHELL", "bash", "KOREAN", "한국어", "NULL", "");

    @TestFactory
    Stream<DynamicTest> expands_variables_as_buildkit_does() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(Conformance.folder("dockerfile-shell/envVarTest"))) {
            number++;
            String[] parts = line.split("\\|", -1);
            if (line.isBlank() || line.startsWith("#") || parts[0].equals("W")) {
                continue;
            }
            String word = parts[1].strip();
            String expected = parts[2].strip();
            tests.add(DynamicTest.dynamicTest(number + ": " + word, () -> {
                if (expected.equals("error")) {
                    assertThatThrownBy(() -> ShellWords.plain('\\').expand(word, ENVIRONMENT::get))
                            .isInstanceOf(ExpansionException.class);
                } else {
                    assertThat(ShellWords.plain('\\')
                                    .expand(word, ENVIRONMENT::get)
                                    .text())
                            .isEqualTo(expected);
                }
            }));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> splits_words_as_buildkit_does() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, String> environment = new HashMap<>();
        for (String line : Files.readAllLines(Conformance.folder("dockerfile-shell/wordsTest"))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("ENV ")) {
                String[] pair = line.substring(4).split("=", 2);
                environment.put(pair[0].strip(), pair[1]);
                continue;
            }
            String[] parts = line.split("\\|", 2);
            Map<String, String> seen = Map.copyOf(environment);
            String word = parts[0].strip();
            String expected = parts[1].stripLeading();
            tests.add(DynamicTest.dynamicTest(word, () -> {
                if (expected.strip().equals("error")) {
                    assertThatThrownBy(() -> ShellWords.plain('\\').words(word, seen::get))
                            .isInstanceOf(ExpansionException.class);
                } else {
                    assertThat(String.join(",", ShellWords.plain('\\').words(word, seen::get)))
                            .isEqualTo(expected);
                }
            }));
        }
        return tests.stream();
    }
}
