package dev.runner.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IgnorePatternsTests {
    private static IgnorePatterns file(String text) {
        return IgnoreFile.parse(Source.of(".dockerignore", text));
    }

    @Test
    void comments_blank_lines_and_leading_slashes_are_read_as_docker_reads_them() {
        IgnorePatterns patterns = file("\uFEFF# c\n\n /a/ \n! /a/b\r\n./c/../d\n #no comment\n");
        assertThat(patterns.ignores("a")).isTrue();
        assertThat(patterns.ignores("a/x")).isTrue();
        assertThat(patterns.ignores("a/b")).isFalse();
        assertThat(patterns.ignores("a/b/c")).isFalse();
        assertThat(patterns.ignores("d/e")).isTrue();
        assertThat(patterns.ignores("#no comment")).isTrue();
        assertThat(patterns.hasExceptions()).isTrue();
    }

    @Test
    void every_malformed_pattern_is_reported_with_its_line() {
        assertThatThrownBy(() -> file("ok\n[\n*\na[]b]\n!\n"))
                .isInstanceOfSatisfying(
                        InvalidSourceException.class,
                        e -> assertThat(e.diagnostics())
                                .extracting(d -> d.span().line())
                                .containsExactly(2, 4, 5));
    }

    @Test
    void the_last_match_wins_and_parents_count() {
        IgnorePatterns patterns = IgnorePatterns.of(List.of("foo", "!foo/bar", "foo"));
        assertThat(patterns.ignores("foo/bar")).isTrue();
        assertThat(IgnorePatterns.of(List.of("!foo/bar", "foo")).ignores("foo/bar"))
                .isTrue();
    }

    @Test
    void an_ignored_folder_is_entered_only_if_something_in_it_may_be_taken_back() {
        IgnorePatterns patterns = IgnorePatterns.of(
                List.of("node_modules", "build", "docs", "!build/keep/*.jar", "!docs/**/index.md", "tmp"));
        IgnorePatterns.Walk root = patterns.walk();
        assertThat(root.child("node_modules").ignored()).isTrue();
        assertThat(root.child("node_modules").mayReinclude()).isFalse();
        assertThat(root.child("build").mayReinclude()).isTrue();
        assertThat(root.child("build").child("keep").mayReinclude()).isTrue();
        assertThat(root.child("build").child("keep").child("a.jar").ignored()).isFalse();
        assertThat(root.child("build").child("other").mayReinclude()).isFalse();
        assertThat(root.child("docs").child("a").child("b").mayReinclude()).isTrue();
        assertThat(root.child("tmp").mayReinclude()).isFalse();
        assertThat(IgnorePatterns.of(List.of("!a/b", "a")).walk().child("a").mayReinclude())
                .isFalse();
    }

    /** What a walk skips holds nothing that a pattern takes back: tried on every path of a small tree. */
    @Test
    void a_skipped_folder_holds_nothing_that_is_kept() {
        Random random = new Random(7);
        String[] words = {"a", "b", "*", "**", "a*", "?b", "[ab]", "ab"};
        String[] names = {"a", "b", "ab", "bb"};
        for (int round = 0; round < 400; round++) {
            List<String> patterns = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                StringBuilder pattern = new StringBuilder(random.nextInt(3) == 0 ? "!" : "");
                for (int part = random.nextInt(3); part >= 0; part--) {
                    pattern.append(words[random.nextInt(words.length)]).append(part == 0 ? "" : "/");
                }
                patterns.add(pattern.toString());
            }
            IgnorePatterns parsed = IgnorePatterns.of(patterns);
            visit(parsed, parsed.walk(), names, 0, false, patterns);
        }
    }

    private static void visit(
            IgnorePatterns patterns,
            IgnorePatterns.Walk walk,
            String[] names,
            int depth,
            boolean skipped,
            List<String> shown) {
        if (depth == 4) {
            return;
        }
        for (String name : names) {
            IgnorePatterns.Walk child = walk.child(name);
            assertThat(child.ignored()).as("%s on %s", shown, child.path()).isEqualTo(patterns.ignores(child.path()));
            if (skipped) {
                assertThat(child.ignored()).as("%s on %s", shown, child.path()).isTrue();
            }
            visit(patterns, child, names, depth + 1, skipped || (child.ignored() && !child.mayReinclude()), shown);
        }
    }

    @Test
    void a_hostile_pattern_takes_no_longer_than_its_length_times_the_path() {
        String path = "a".repeat(5000) + "b";
        assertThat(IgnorePatterns.of(List.of("*a".repeat(200) + "c")).ignores(path))
                .isFalse();
        assertThat(GoMatch.match("*a".repeat(200) + "c", path)).isFalse();
    }
}
