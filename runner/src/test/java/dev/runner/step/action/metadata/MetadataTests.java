package dev.runner.step.action.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables and sentences of docker/metadata-action's README, and what its code does where that is silent. */
class MetadataTests {
    private static final String SHA = "90dd6032fac8bda1b6c4436a2e65de27961ed071";
    private final List<String> warnings = new ArrayList<>();

    private static Occasion on(String event, String ref) {
        return new Occasion(
                new Occasion.Commit(ref, SHA, 7, Instant.parse("2024-02-29T23:05:06.789Z")),
                event,
                "refs/heads/trunk",
                new Occasion.Repository(
                        "Hello-World", "First repo", "https://github.com/octocat/Hello-World", "main", "MIT"),
                Instant.parse("2020-01-10T00:30:00Z"));
    }

    private Metadata of(Occasion occasion, List<String> tags, String... flavor) {
        return Metadata.of(
                new MetadataInputs(List.of(), tags, List.of(flavor), List.of(), List.of()), occasion, warnings::add);
    }

    private String tags(String event, String ref, String... rules) {
        return String.join(" ", of(on(event, ref), List.of(rules)).tagNames());
    }

    @ParameterizedTest
    @CsvSource({
        "pull_request, refs/pull/2/merge, pr-2",
        "push, refs/heads/main, main",
        "push, refs/heads/releases/v1, releases-v1",
        "push, refs/tags/v1.2.3, v1.2.3 latest",
        "push, refs/tags/v2.0.8-beta.67, v2.0.8-beta.67 latest",
        "schedule, refs/heads/main, nightly main",
        "workflow_dispatch, refs/heads/main, main",
        "push, refs/heads/Ünde/x?y, -nde-x-y",
        "push, refs/notes/x, ''",
    })
    void without_rules_schedules_branches_tags_and_pull_requests_give_tags(String event, String ref, String tags) {
        assertThat(tags(event, ref)).isEqualTo(tags);
    }

    @ParameterizedTest
    @CsvSource({
        "v1.2.3, {{raw}}, '', v1.2.3 latest",
        "v1.2.3, {{version}}, '', 1.2.3 latest",
        "v1.2.3, {{major}}.{{minor}}, '', 1.2 latest",
        "v1.2.3, v{{major}}, '', v1 latest",
        "v1.2.3, {{ patch }}, '', 3 latest",
        "1.2.3+build.5, {{version}}, '', 1.2.3 latest",
        "1.2.3+build.5, {{raw}}, '', 1.2.3-build.5 latest",
        "p1/v1.2.3, {{version}}, v(\\d.\\d.\\d)$, 1.2.3 latest",
        "v2.0.8-beta.67, {{raw}}, '', v2.0.8-beta.67",
        "v2.0.8-beta.67, {{version}}, '', 2.0.8-beta.67",
        "v2.0.8-beta.67, {{major}}, '', 2.0.8-beta.67",
        "v0.1.2, {{major}}, '', 0 latest",
        "v01.2.3, {{version}}, '', ''",
        "1.2, {{version}}, '', ''",
    })
    void semantic_versions_give_their_parts_and_a_prerelease_only_itself(
            String tag, String pattern, String match, String tags) {
        assertThat(tags("push", "refs/tags/" + tag, "type=semver,pattern=" + pattern + ",match=" + match))
                .isEqualTo(tags);
        assertThat(warnings).hasSize(tags.isEmpty() ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3, {{raw}}, 1.2.3 latest",
        "v1.2.3, {{version}}, 1.2.3 latest",
        "1.2.3, {{major}}.{{minor}}, 1.2 latest",
        "v1.2.3rc2, {{raw}}, v1.2.3rc2",
        "1.2.3-RC.2, {{version}}, 1.2.3rc2",
        "1.2.3rc2, {{major}}.{{minor}}, 1.2.3rc2",
        "1.2.3post1, {{major}}.{{minor}}, 1.2.3.post1",
        "1.2.3beta2, {{major}}.{{minor}}, 1.2.3b2",
        "1.0dev4, {{major}}.{{minor}}, 1.0.dev4",
        "1.2, {{patch}}, 0 latest",
        "1!2.0-1, {{version}}, 1-2.0.post1",
        "1.0+Ubuntu_1, {{version}}, 1.0-ubuntu.1 latest",
        "one, {{version}}, ''",
    })
    void python_versions_are_written_in_their_normal_form(String tag, String pattern, String tags) {
        assertThat(tags("push", "refs/tags/" + tag, "type=pep440,pattern=" + pattern))
                .isEqualTo(tags);
    }

    @ParameterizedTest
    @CsvSource({
        "v1.2.3, \\d.\\d.\\d, 0, 1.2.3 latest",
        "v2.0.8-beta.67, v(.*), 1, 2.0.8-beta.67 latest",
        "v2.0.8-beta.67, v(\\d.\\d), 1, 2.0 latest",
        "20200110-RC2, \\d+, 0, 20200110 latest",
        "p1/v1.2.3, p1/v(\\d.\\d.\\d), 1, 1.2.3 latest",
        "Final, /fin(.*)/i, 1, al latest",
        "v1, w, 0, ''",
        "v1, v, 3, ''",
    })
    void a_part_of_the_tag_can_be_matched(String tag, String pattern, String group, String tags) {
        assertThat(tags("push", "refs/tags/" + tag, "type=match,pattern=" + pattern + ",group=" + group))
                .isEqualTo(tags);
        assertThat(warnings).hasSize(tags.isEmpty() ? 1 : 0);
    }

    @Test
    void a_value_of_its_own_takes_the_place_of_the_repositorys_tag() {
        assertThat(tags("push", "refs/heads/main", "type=semver,pattern={{version}},value=v1.0.0"))
                .isEqualTo("1.0.0 latest");
        assertThat(tags("push", "refs/tags/v3.1.0", "type=semver,pattern={{major}},value={{tag}}"))
                .isEqualTo("3 latest");
        assertThat(tags("push", "refs/heads/main", "type=semver,pattern={{version}}"))
                .isEmpty();
    }

    @Test
    void edge_is_the_default_branch_unless_another_one_is_named() {
        assertThat(tags("push", "refs/heads/main", "type=edge")).isEqualTo("edge");
        assertThat(tags("push", "refs/heads/dev", "type=edge")).isEmpty();
        assertThat(tags("push", "refs/heads/dev", "type=edge,branch=dev")).isEqualTo("edge");
    }

    @Test
    void a_sha_is_short_unless_it_shall_be_long() {
        assertThat(tags("push", "refs/heads/main", "type=sha")).isEqualTo("sha-90dd603");
        assertThat(tags("push", "refs/heads/main", "type=sha,format=long,prefix="))
                .isEqualTo(SHA);
    }

    @Test
    void raw_values_need_no_type_and_may_hold_equals_signs() {
        assertThat(tags("push", "refs/heads/main", "foo", "type=raw,bar", "type=raw,value=a=b"))
                .isEqualTo("foo bar a-b");
    }

    @Test
    void rules_come_in_the_order_of_their_priority_and_the_first_tag_is_the_version() {
        Metadata metadata = of(
                on("push", "refs/tags/v1.2.3"),
                List.of(
                        "type=sha",
                        "foo",
                        "type=semver,pattern={{version}}",
                        "type=ref,event=tag",
                        "bar,priority=950"));

        assertThat(metadata.tagNames()).containsExactly("bar", "1.2.3", "v1.2.3", "foo", "sha-90dd603");
        assertThat(metadata.version()).isEqualTo("bar");
        assertThat(of(on("push", "refs/tags/v1.2.3"), List.of("a", "type=match,pattern=v"))
                        .tagNames())
                .as("latest is what the first tag says")
                .containsExactly("v", "a", "latest");
    }

    @Test
    void a_rule_is_used_if_it_is_enabled() {
        assertThat(tags("push", "refs/heads/main", "latest,enable={{is_default_branch}}", "x,enable=false"))
                .isEqualTo("latest");
        assertThat(tags(
                        "push",
                        "refs/heads/dev",
                        "latest,enable={{is_default_branch}}",
                        "d,enable={{is_not_default_branch}}"))
                .isEqualTo("d");
        assertThatThrownBy(() -> tags("push", "refs/heads/dev", "x,enable=maybe"))
                .hasMessage("Invalid value for enable attribute: maybe");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "push | refs/heads/my/branch | {{branch}}-{{sha}} | my-branch-90dd603",
                "push | refs/tags/v1 | {{tag}}{{branch}} | v1",
                "push | refs/tags/v1 | {{base_ref}} | trunk",
                "push | refs/heads/main | x{{base_ref}} | x",
                "pull_request | refs/pull/2/merge | {{base_ref}} | trunk",
                "push | refs/heads/a&b=c | {{branch}} | a-amp-b-x3D-c",
                "push | refs/heads/a&b=c | {{{branch}}} | a-b-c",
                "push | refs/heads/main | {{date 'YYYYMMDD'}} | 20200110",
                "push | refs/heads/main | {{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}} | 20200110-093000",
                "push | refs/heads/main | {{commit_date 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'}} | 2024-02-29T23-05-06.789Z",
                "push | refs/heads/main | {{nothing}}x | x",
                "create | refs/heads/dev | {{is_default_branch}} | true",
                "push | refs/heads/dev | {{is_default_branch}} | false",
            })
    void expressions_tell_of_the_occasion(String event, String ref, String value, String tag) {
        assertThat(tags(event, ref, "type=raw,value=" + value)).isEqualTo(tag);
    }

    @Test
    void a_schedules_pattern_knows_dates() {
        assertThat(tags("schedule", "refs/heads/main", "type=schedule,pattern={{date 'YYYYMMDD'}}"))
                .isEqualTo("20200110");
        assertThat(tags("push", "refs/heads/main", "type=schedule")).isEmpty();
    }

    @Test
    void the_flavor_holds_for_all_tags_that_have_nothing_of_their_own() {
        Occasion occasion = on("push", "refs/tags/v1.2.3");
        List<String> rules = List.of("type=semver,pattern={{version}}", "type=raw,value=x,prefix=y");

        assertThat(of(occasion, rules, "prefix=p-", "suffix=-s").tagNames())
                .containsExactly("p-1.2.3-s", "yx-s", "latest");
        assertThat(of(occasion, rules, "prefix=p-,onlatest=true", "suffix=-s,onlatest=true")
                        .tagNames())
                .endsWith("p-latest-s");
        assertThat(of(occasion, rules, "latest=false").tagNames()).doesNotContain("latest");
        assertThat(of(on("push", "refs/heads/main"), List.of(), "latest=true").tagNames())
                .containsExactly("main", "latest");
        assertThatThrownBy(() -> of(occasion, rules, "latest=foo")).hasMessageContaining("Invalid latest flavor");
        assertThatThrownBy(() -> of(occasion, rules, "foo=1")).hasMessageContaining("Unknown flavor entry");
        assertThatThrownBy(() -> of(occasion, rules, "latest")).hasMessageContaining("Invalid flavor entry");
    }

    @Test
    void each_enabled_image_gets_each_tag_in_lower_case() {
        MetadataInputs inputs = new MetadataInputs(
                List.of("name=acme/App", "ghcr.io/acme/app,enable=false", "quay.io/acme/app"),
                List.of("a", "b"),
                List.of(),
                List.of(),
                List.of());

        assertThat(Metadata.of(inputs, on("push", "refs/heads/main"), warnings::add)
                        .tags())
                .containsExactly("acme/app:a", "acme/app:b", "quay.io/acme/app:a", "quay.io/acme/app:b");
        assertThat(ImageName.parse(List.of("a/b,c/d"))).hasSize(2);
        assertThatThrownBy(() -> ImageName.parse(List.of("enable=true"))).hasMessageContaining("name attribute empty");
        assertThatThrownBy(() -> ImageName.parse(List.of("value=x,enable=true")))
                .hasMessageContaining("Unknown image attribute");
    }

    @Test
    void entries_that_mean_nothing_are_named() {
        for (String entry : List.of(
                "type=foo",
                "type=semver",
                "type=match",
                "type=match,pattern=x,group=a",
                "type=ref",
                "type=ref,event=x",
                "type=raw",
                "type=sha,format=x",
                "x,enable={{date 'x'",
                "{{foo 'x'}}",
                "{{date 'x' zone='y'}}",
                "{{date 'x' tz='Nowhere'}}",
                "type=match,pattern=(")) {
            assertThatThrownBy(() -> tags("push", "refs/tags/v1", entry))
                    .as(entry)
                    .isInstanceOf(MetadataException.class);
        }
    }

    @Test
    void labels_tell_of_the_repository_and_can_be_overwritten() {
        MetadataInputs inputs = new MetadataInputs(
                List.of("acme/app"),
                List.of(),
                List.of(),
                List.of(
                        "org.opencontainers.image.title=My=Title",
                        "maintainer=CrazyMax",
                        "org.opencontainers.image.created={{commit_date 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'}}"),
                List.of("x=y"));
        Metadata metadata = Metadata.of(inputs, on("push", "refs/tags/v1.2.3"), warnings::add);

        assertThat(metadata.labels())
                .containsExactly(
                        "maintainer=CrazyMax",
                        "org.opencontainers.image.created=2024-02-29T23:05:06.789Z",
                        "org.opencontainers.image.description=First repo",
                        "org.opencontainers.image.licenses=MIT",
                        "org.opencontainers.image.revision=" + SHA,
                        "org.opencontainers.image.source=https://github.com/octocat/Hello-World",
                        "org.opencontainers.image.title=My=Title",
                        "org.opencontainers.image.url=https://github.com/octocat/Hello-World",
                        "org.opencontainers.image.version=v1.2.3");
        assertThat(metadata.annotations(List.of("manifest", "index")))
                .hasSize(18)
                .contains("manifest:x=y", "index:org.opencontainers.image.created=2020-01-10T00:30:00.000Z");
        assertThat(metadata.json(List.of("index")))
                .startsWith("{\"tags\":[\"acme/app:v1.2.3\",\"acme/app:latest\"],\"tag-names\":[\"v1.2.3\",\"latest\"],"
                        + "\"labels\":{\"maintainer\":\"CrazyMax\",")
                .endsWith(",\"index:x=y\"]}");
    }

    @Test
    void bake_files_define_a_target() {
        MetadataInputs inputs =
                new MetadataInputs(List.of("acme/app"), List.of("a"), List.of(), List.of("x=y"), List.of());
        Metadata metadata = Metadata.of(inputs, on("push", "refs/heads/main"), warnings::add);

        assertThat(metadata.bakeFile("meta", Metadata.BakePart.TAGS, List.of("manifest")))
                .isEqualTo("""
                        {
                          "target": {
                            "meta": {
                              "tags": [
                                "acme/app:a"
                              ],
                              "args": {
                                "DOCKER_META_IMAGES": "acme/app",
                                "DOCKER_META_VERSION": "a"
                              }
                            }
                          }
                        }""");
        assertThat(metadata.bakeFile("meta", Metadata.BakePart.LABELS, List.of("manifest")))
                .contains("\"labels\": {", "\"x\": \"y\"")
                .doesNotContain("tags");
        assertThat(metadata.bakeFile("meta", Metadata.BakePart.ANNOTATIONS, List.of("index")))
                .contains("\"annotations\": [", "\"index:org.opencontainers.image.title=Hello-World\"");
        assertThat(metadata.bakeFile("meta", Metadata.BakePart.TAGS_AND_LABELS, List.of("index")))
                .contains("\"tags\"", "\"labels\"", "\"args\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dddd, MMMM Do YYYY, h:mm:ss a | Thursday, February 29th 2024, 11:05:06 pm",
                "YY M MM MMM D DD DDD DDDD d dd ddd E | 24 2 02 Feb 29 29 60 060 4 Th Thu 4",
                "Q Qo W WW GGGG w gggg X x | 1 1st 9 09 2024 9 2024 1709247906 1709247906789",
                "H HH h hh k kk m mm s ss S SS SSS SSSS A Z ZZ z | 23 23 11 11 23 23 5 05 6 06 7 78 789 7890 PM +00:00 +0000 UTC",
                "[week] W \\[! | week 9 [!",
                "LT LTS L LL LLL l | 11:05 PM 11:05:06 PM 02/29/2024 February 29, 2024 February 29, 2024 11:05 PM 2/29/2024",
            })
    void dates_are_written_as_moment_writes_them(String format, String date) {
        assertThat(MomentFormat.format(Instant.parse("2024-02-29T23:05:06.789Z"), format, "UTC"))
                .isEqualTo(date);
    }
}
