package dev.runner.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PlatformTests {
    @TestFactory
    Stream<DynamicTest> containerd_spellings_parse_print_and_match() throws IOException {
        return cases("parse")
                .map(test -> DynamicTest.dynamicTest(text(test, "input"), () -> {
                    Platform platform = Platform.parse(text(test, "input"));
                    assertThat(platform).isEqualTo(platform(test.get("expected")));
                    assertThat(platform).hasToString(text(test, "formatted"));
                    for (JsonNode other : test.path("matches")) {
                        assertThat(platform.matches(platform(other)))
                                .as("%s matches %s", platform, other)
                                .isTrue();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> what_containerd_refuses_is_refused() throws IOException {
        return cases("invalid")
                .map(test -> DynamicTest.dynamicTest(
                        "'" + test.stringValue() + "'",
                        () -> assertThatThrownBy(() -> Platform.parse(test.stringValue()))
                                .isInstanceOf(IllegalArgumentException.class)));
    }

    @ParameterizedTest
    @CsvSource({
        "linux/arm, linux/arm/v7",
        "linux/arm64/v8, linux/arm64",
        "linux/amd64/v1, linux/amd64",
        "linux/arm/6, linux/arm/v6",
        "macos/aarch64, darwin/arm64"
    })
    void normalizing_fills_in_what_is_meant(String text, String normal) {
        assertThat(Platform.parse(text).normalized()).hasToString(normal);
    }

    @Test
    void the_host_is_a_linux_platform_of_this_jvm() {
        assertThat(Platform.host().os()).isEqualTo("linux");
        if (System.getProperty("os.arch").equals("amd64")) {
            assertThat(Platform.host()).hasToString("linux/amd64");
        }
    }

    @Test
    void an_operating_system_may_carry_its_version() {
        Platform platform = Platform.parse("windows(10.0.17763)/amd64");
        assertThat(platform.osVersion()).isEqualTo("10.0.17763");
        assertThat(platform).hasToString("windows/amd64");
    }

    @Test
    void an_unknown_word_is_refused_with_what_to_write() {
        assertThatThrownBy(() -> Platform.parse("risc5")).hasMessageContaining("write os/architecture");
    }

    @Test
    void an_index_gives_the_nearest_image_that_runs() {
        Index index = Index.of(
                MediaTypes.OCI_INDEX,
                Stream.of("linux/amd64", "linux/arm/v5", "linux/arm/v6", "linux/arm64/v8")
                        .map(text -> Descriptor.of(
                                        MediaTypes.OCI_MANIFEST, text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .withPlatform(Platform.parse(text)))
                        .toList());
        assertThat(chosen(index, "linux/arm/v7")).isEqualTo("linux/arm/v6");
        assertThat(chosen(index, "linux/arm")).isEqualTo("linux/arm/v6");
        assertThat(chosen(index, "linux/arm64")).isEqualTo("linux/arm64/v8");
        assertThat(chosen(index, "linux/amd64/v3")).isEqualTo("linux/amd64");
        assertThat(chosen(index, "linux/s390x")).isEqualTo("none");
        assertThat(List.of(chosen(index, "linux/riscv64"), chosen(index, "windows/amd64")))
                .containsOnly("none");
    }

    private static String chosen(Index index, String platform) {
        Descriptor found = index.find(Platform.parse(platform));
        return found == null ? "none" : String.valueOf(found.platform());
    }

    private static Stream<JsonNode> cases(String member) throws IOException {
        return StreamSupport.stream(
                ConformanceData.read("platforms.json").get(member).spliterator(), false);
    }

    private static Platform platform(JsonNode node) {
        return Platform.of(text(node, "os"), text(node, "architecture"), Json.textOr(node, "variant", ""));
    }

    private static String text(JsonNode node, String member) {
        return Json.required(node, member, "case");
    }
}
