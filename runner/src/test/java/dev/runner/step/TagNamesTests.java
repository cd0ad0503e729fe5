package dev.runner.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.checkout.Commit;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagNamesTests {
    private static final String SHA = "0123456789abcdef0123456789abcdef01234567";

    private static Commit commit(@Nullable String branch, @Nullable String tag) {
        return new Commit(
                SHA,
                SHA.substring(0, 7),
                branch,
                tag,
                "m",
                "a <b>",
                OffsetDateTime.parse("2026-01-01T00:00:00Z"),
                false);
    }

    private static List<String> tags(@Nullable String branch, @Nullable String tag, String... rules) {
        return List.copyOf(new TagNames(CommitContext.of(commit(branch, tag))).of(List.of(rules)));
    }

    @ParameterizedTest
    @CsvSource({
        "v1.2.3, semver, 1.2.3",
        "1.2.3, semver-minor, 1.2",
        "v1.2.3, semver-major, 1",
        "v1.2.3, semver:{{major}}.{{minor}}, 1.2",
        "v1.2.3, r{{ patch }}-{{raw}}, r3-v1.2.3",
        "v1.2.3-rc.1, semver, 1.2.3-rc.1",
        "v1.2.3-rc.1, semver-minor, ",
        "v1.2.3-rc.1, {{major}}, ",
        "v1.2.3+build.5, semver, 1.2.3-build.5",
        "release-7, semver, ",
        "release-7, tag, release-7",
        "a/b, tag, a-b",
    })
    void git_tags_give_versions(String gitTag, String rule, @Nullable String expected) {
        assertThat(tags(null, gitTag, rule)).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void branches_are_cleaned_to_legal_tags() {
        assertThat(tags("feature/ünïcode & more", null, "branch")).containsExactly("feature-n-code-more");
        assertThat(tags(".hidden", null, "branch")).containsExactly("hidden");
        assertThat(tags("x".repeat(200), null, "branch").getFirst()).hasSize(128);
        assertThat(tags(null, null, "branch")).isEmpty();
    }

    @Test
    void rules_give_their_tags_once_and_in_order() {
        assertThat(tags("main", null, "sha", "sha-short", "branch", "latest", "main", "literal:sha"))
                .containsExactly(SHA, SHA.substring(0, 7), "main", "latest", "sha");
    }

    @Test
    void nonsense_is_refused() {
        assertThatThrownBy(() -> tags("main", null, "not a tag")).hasMessageContaining("no rule and no legal tag");
        assertThatThrownBy(() -> tags("main", "v1.0.0", "{{mayor}}")).hasMessageContaining("{{mayor}}");
        assertThatThrownBy(() -> new TagNames(null).of(List.of("sha"))).hasMessageContaining("no commit is known");
    }

    @Test
    void services_name_the_branch_of_a_bare_commit() {
        Commit bare = commit(null, null);
        assertThat(CommitContext.named(
                                bare, Map.of("GITHUB_SHA", SHA, "GITHUB_REF_TYPE", "branch", "GITHUB_REF_NAME", "dev"))
                        .branch())
                .isEqualTo("dev");
        assertThat(CommitContext.named(
                                bare, Map.of("GITHUB_SHA", SHA, "GITHUB_REF_TYPE", "tag", "GITHUB_REF_NAME", "v1"))
                        .tag())
                .isEqualTo("v1");
        assertThat(CommitContext.named(bare, Map.of("GITHUB_SHA", "other", "GITHUB_REF_NAME", "dev"))
                        .branch())
                .isNull();
        assertThat(CommitContext.named(commit("mine", null), Map.of("CI_COMMIT_SHA", SHA, "CI_COMMIT_BRANCH", "dev"))
                        .branch())
                .isEqualTo("mine");
    }
}
