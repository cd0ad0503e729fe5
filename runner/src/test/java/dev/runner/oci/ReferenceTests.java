package dev.runner.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class ReferenceTests {
    private static final Map<String, ReferenceGrammar.Fault> FAULTS = Map.of(
            "ErrNameEmpty", ReferenceGrammar.Fault.EMPTY,
            "ErrReferenceInvalidFormat", ReferenceGrammar.Fault.FORMAT,
            "ErrNameContainsUppercase", ReferenceGrammar.Fault.UPPERCASE,
            "ErrNameTooLong", ReferenceGrammar.Fault.TOO_LONG,
            "ErrDigestInvalidLength", ReferenceGrammar.Fault.DIGEST,
            "ErrDigestUnsupported", ReferenceGrammar.Fault.DIGEST);

    /**
     * The origin's test program does not link SHA-512, so it calls such a digest unsupported. Docker itself, and the
     * OCI image specification, know it, and so do we.
     */
    private static final String LINKED_WITHOUT_SHA512 = "validname@sha512:";

    @TestFactory
    Stream<DynamicTest> references_have_the_parts_that_distribution_gives_them() throws IOException {
        return list(ConformanceData.read("image-references.json"))
                .map(test -> DynamicTest.dynamicTest("'" + text(test, "input") + "'", () -> {
                    String input = text(test, "input");
                    if (input.startsWith(LINKED_WITHOUT_SHA512)) {
                        assertThat(Reference.parse(input).digest())
                                .isEqualTo(Digest.parse(input.substring(input.indexOf('@') + 1)));
                    } else if (test.has("err")) {
                        assertThatThrownBy(() -> ReferenceGrammar.parse(input))
                                .isInstanceOfSatisfying(
                                        ReferenceGrammar.Malformed.class,
                                        e -> assertThat(e.fault()).isEqualTo(FAULTS.get(text(test, "err"))));
                    } else {
                        ReferenceGrammar.Parts parts = ReferenceGrammar.parse(input);
                        assertThat(parts.domain()).isEqualTo(text(test, "domain"));
                        assertThat(parts.domain().isEmpty() ? parts.path() : parts.domain() + "/" + parts.path())
                                .isEqualTo(text(test, "repository"));
                        assertThat(parts.tag() == null ? "" : parts.tag()).isEqualTo(text(test, "tag"));
                        assertThat(parts.digest() == null ? "" : parts.digest().toString())
                                .isEqualTo(text(test, "digest"));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> spellings_of_a_name_normalise_as_docker_does() throws IOException {
        return list(ConformanceData.read("image-reference-normalize.json").get("familiar"))
                .map(test -> DynamicTest.dynamicTest(text(test, "FullName"), () -> {
                    for (String spelling : new String[] {"FamiliarName", "FullName", "AmbiguousName"}) {
                        if (!text(test, spelling).isEmpty()) {
                            Reference reference = Reference.parse(text(test, spelling));
                            assertThat(reference.domain()).isEqualTo(text(test, "Domain"));
                            assertThat(reference.path()).isEqualTo(text(test, "RemoteName"));
                            assertThat(reference).hasToString(text(test, "FullName"));
                            assertThat(reference.familiar()).isEqualTo(text(test, "FamiliarName"));
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> names_are_valid_or_not_as_for_docker() throws IOException {
        JsonNode data = ConformanceData.read("image-reference-normalize.json");
        return Stream.concat(
                list(data.get("valid"))
                        .map(JsonNode::stringValue)
                        .map(name -> DynamicTest.dynamicTest(
                                name,
                                () -> assertThat(Reference.parse(name).path()).isNotEmpty())),
                list(data.get("invalid"))
                        .map(JsonNode::stringValue)
                        .map(name -> DynamicTest.dynamicTest(
                                name,
                                () -> assertThatThrownBy(() -> Reference.parse(name))
                                        .isInstanceOf(IllegalArgumentException.class))));
    }

    @Test
    void a_domain_does_not_count_for_the_length_of_a_name() {
        assertThat(Reference.parse("registry.example.com/" + "a".repeat(255)).path())
                .hasSize(255);
        assertThatThrownBy(() -> new Reference("a.example", "a".repeat(256), null, null))
                .hasMessageContaining("255");
    }

    @Test
    void messages_show_what_people_wrote() {
        assertThatThrownBy(() -> Reference.parse("acme/Hello"))
                .hasMessage("'acme/Hello': a repository's name must be lowercase");
    }

    @Test
    void a_manifest_is_named_by_digest_then_tag_then_latest() {
        String digest = "sha256:" + "a".repeat(64);
        assertThat(Reference.parse("busybox").manifestName()).isEqualTo("latest");
        assertThat(Reference.parse("busybox:1").manifestName()).isEqualTo("1");
        assertThat(Reference.parse("busybox:1@" + digest).manifestName()).isEqualTo(digest);
    }

    private static Stream<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String text(JsonNode node, String member) {
        return Json.textOr(node, member, "");
    }
}
