package dev.runner.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTreeTests {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "\"a \\\"quoted\\\" line\\n and \\u0001 \u00e9 \ud83d\ude80 \u2028 </b>\"",
                "{\"a\": {\"b\": [1, -2, 9007199254740993, 123456789012345678901234567890, 1.5, 1e300, false, null]}, \"a\": 2}",
                " [ {\"x\" : [ ] } , \"\" ] \n"
            })
    void a_tree_is_what_the_mapper_reads_and_writes(String json) {
        JsonNode expected = MAPPER.readTree(json);
        assertThat(JsonTree.read(json)).isEqualTo(expected);
        assertThat(JsonTree.read(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
        assertThat(JsonTree.write(expected)).isEqualTo(MAPPER.writeValueAsBytes(expected));
        assertThat(JsonTree.text(expected)).isEqualTo(MAPPER.writeValueAsString(expected));
    }

    @Test
    void no_text_is_a_missing_node() {
        assertThat(JsonTree.read("").isMissingNode()).isTrue();
        assertThat(JsonTree.read(new byte[0]).isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1,]", "{} {}", "nul", "{\"a\" 1}", "]", "[1] x"})
    void what_is_no_json_is_refused(String json) {
        assertThatThrownBy(() -> JsonTree.read(json)).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> JsonTree.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void nesting_without_end_is_refused_before_the_stack_is_full() {
        assertThatThrownBy(() -> JsonTree.read("[".repeat(100_000))).isInstanceOf(JacksonException.class);
    }
}
