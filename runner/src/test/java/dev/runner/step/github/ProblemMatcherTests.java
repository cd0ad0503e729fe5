package dev.runner.step.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemMatcherTests {
    @TempDir
    Path folder;

    private List<ProblemMatcher> read(String matchers) throws IOException {
        Path file = Files.writeString(folder.resolve("m.json"), "{\"problemMatcher\": [" + matchers + "]}");
        return ProblemMatcher.read(file);
    }

    private List<String> found(String matcher, String... lines) throws IOException {
        ProblemMatcher.Running running =
                new ProblemMatcher.Running(read(matcher).getFirst());
        List<String> found = new ArrayList<>();
        for (String line : lines) {
            ProblemMatcher.Problem problem = running.match(line);
            if (problem != null) {
                found.add(problem.field("severity") + "|" + problem.field("file") + "|" + problem.field("message"));
            }
        }
        return found;
    }

    @Test
    void one_pattern_matches_line_by_line_and_the_default_severity_fills_in() throws Exception {
        String matcher = """
                {"owner": "a", "severity": "warning", "pattern":
                  [{"regexp": "^(\\\\S+): (error)?: ?(.*)$", "file": 1, "severity": 2, "message": 3}]}
                """;
        assertThat(found(matcher, "x.c: error: bad", "text", "y.c: : good"))
                .containsExactly("error|x.c|bad", "warning|y.c|good");
    }

    @Test
    void several_patterns_match_one_line_after_the_other() throws Exception {
        String matcher = """
                {"owner": "a", "pattern": [{"regexp": "^FILE (.*)$", "file": 1}, {"regexp": "^IN", "x": 1},
                  {"regexp": "^E (.*)$", "message": 1}]}
                """;
        assertThat(found(matcher, "FILE a", "IN", "E one", "E two")).containsExactly("|a|one");
        assertThat(found(matcher, "FILE a", "other", "IN", "E one")).isEmpty();
        assertThat(found(matcher, "FILE a", "FILE b", "IN", "E one")).containsExactly("|b|one");
    }

    @Test
    void a_loop_goes_on_until_a_line_does_not_match() throws Exception {
        String matcher = """
                {"owner": "a", "pattern": [{"regexp": "^FILE (.*)$", "file": 1},
                  {"regexp": "^E (.*)$", "message": 1, "loop": true}]}
                """;
        assertThat(found(matcher, "FILE a", "E 1", "E 2", "", "E 3", "FILE b", "E 4"))
                .containsExactly("|a|1", "|a|2", "|b|4");
    }

    @Test
    void what_makes_no_sense_is_told_in_githubs_words() {
        String pattern = "\"pattern\": [{\"regexp\": \"(.)\", \"message\": 1}]";
        assertThatThrownBy(() -> read("{\"owner\": \"\", " + pattern + "}")).hasMessage("Owner must not be empty");
        assertThatThrownBy(() -> read("{\"owner\": \"a\", \"severity\": \"bad\", " + pattern + "}"))
                .hasMessage("Matcher 'a' contains unexpected default severity 'bad'");
        assertThatThrownBy(() -> read("{\"owner\": \"a\"}")).hasMessage("Matcher 'a' does not contain any patterns");
        assertThatThrownBy(() -> read("{\"owner\": \"a\", " + pattern + "}, {\"owner\": \"A\", " + pattern + "}"))
                .hasMessage("Duplicate owner name 'A'");
        assertThatThrownBy(() -> read("{\"owner\": \"a\", \"pattern\": [{\"regexp\": \"(.)\", \"message\": 2}]}"))
                .hasMessage("The property 'message' is set to 2 which is out of range");
        assertThatThrownBy(() -> read("{\"owner\": \"a\", \"pattern\": [{\"regexp\": \"(.)\", \"message\": 1},"
                        + "{\"regexp\": \"(.)\", \"message\": 1}]}"))
                .hasMessage("The property 'message' is set twice");
        assertThatThrownBy(() -> read("{\"owner\": \"a\", \"pattern\": [{\"regexp\": \"(\", \"message\": 0}]}"))
                .hasMessageContaining("no regular expression");
    }

    @Test
    void a_pattern_that_never_ends_is_ended() throws Exception {
        ProblemMatcher matcher =
                read("{\"owner\": \"a\", \"pattern\": [{\"regexp\": \"^(a|aa)+(?:\\\\1)?$\", \"message\": 1}]}")
                        .getFirst();

        assertThatThrownBy(() -> new ProblemMatcher.Running(matcher).match("a".repeat(60) + "b"))
                .isInstanceOf(ProblemMatcher.SlowPatternException.class);
    }

    @Test
    void the_newest_matcher_of_an_owner_counts() throws Exception {
        String pattern = "\"pattern\": [{\"regexp\": \"(.)\", \"message\": 1}]";
        ProblemMatchers matchers = new ProblemMatchers();
        matchers.add(read("{\"owner\": \"a\", " + pattern + "}, {\"owner\": \"b\", " + pattern + "}"));
        matchers.add(read("{\"owner\": \"A\", " + pattern + "}"));

        assertThat(matchers.start()).extracting(ProblemMatcher.Running::owner).containsExactly("A", "b");
        matchers.remove("B");
        assertThat(matchers.start()).hasSize(1);
    }
}
