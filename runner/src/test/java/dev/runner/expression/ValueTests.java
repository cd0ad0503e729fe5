package dev.runner.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTests {
    /** Expected texts are .NET's {@code ToString("G15")}. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "1, 1",
        "-1.5, -1.5",
        "0.1, 0.1",
        "0.30000000000000004, 0.3",
        "100000000000000, 100000000000000",
        "999999999999999, 999999999999999",
        "1000000000000000, 1E+15",
        "9999999999999999, 1E+16",
        "123456789012345678, 1.23456789012346E+17",
        "0.0001, 0.0001",
        "0.00001, 1E-05",
        "0.000012345, 1.2345E-05",
        "1e100, 1E+100",
        "-1.7976931348623157e308, -1.79769313486232E+308",
        "5e-324, 4.94065645841247E-324",
        "NaN, NaN",
        "Infinity, Infinity",
        "-Infinity, -Infinity"
    })
    void numbers_become_text_of_fifteen_digits(double number, String text) {
        assertThat(Value.of(number).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "' \t\n', 0",
        "' 12 ', 12",
        "+1.5, 1.5",
        "-.5, -0.5",
        "1., 1",
        "1e3, 1000",
        "1E-2, 0.01",
        "1e400, Infinity",
        "0xff, 255",
        "0xFFFFFFFF, 4294967295",
        "0o17, 15",
        "Infinity, Infinity",
        "-Infinity, -Infinity",
        "., NaN",
        "-, NaN",
        "1 2, NaN",
        "0x, NaN",
        "-0xff, NaN",
        "0o8, NaN",
        "0b1, NaN",
        "'1,000', NaN",
        "1d, NaN",
        "infinity, NaN",
        "NaN, NaN"
    })
    void text_becomes_a_number_or_nan(String text, Double number) {
        assertThat(Value.of(text).number()).isEqualTo(number);
    }

    @Test
    void objects_keep_their_order_and_find_keys_without_case() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("Zeta", 1);
        map.put("alpha", Arrays.asList("x", null, true));
        Value.Obj object = (Value.Obj) Value.of(map);

        assertThat(object.keys()).containsExactly("Zeta", "alpha");
        assertThat(object.get("ZETA")).isEqualTo(Value.of(1));
        assertThat(object.get("beta")).isNull();
        assertThat(object.toJson()).isEqualTo("""
                {
                  "Zeta": 1,
                  "alpha": [
                    "x",
                    null,
                    true
                  ]
                }""");
        assertThat(Value.fromJson(object.toJson())).isEqualTo(object);
    }

    @Test
    void a_repeated_key_takes_its_last_value() {
        assertThat(Value.fromJson("{\"a\": 1, \"b\": 2, \"A\": 3}").toJson())
                .isEqualTo("{\n  \"a\": 3,\n  \"b\": 2\n}");
    }

    @Test
    void environment_variables_may_differ_by_case() {
        Value.Obj object = Value.Obj.caseSensitive(Map.of("a", Value.of(1), "A", Value.of(2)));

        assertThat(object.get("a")).isEqualTo(Value.of(1));
        assertThat(object.get("A")).isEqualTo(Value.of(2));
    }

    @Test
    void json_escapes_what_github_escapes() {
        assertThat(Value.of("a\"b\\c/\n\r\t\b\f\u0001\u2028ü😊</x>").toJson())
                .isEqualTo("\"a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u0001\\u2028ü😊</x>\"");
    }

    @Test
    void json_that_is_nested_too_deep_or_is_not_json_is_refused() {
        assertThatThrownBy(() -> Value.fromJson("[".repeat(5000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nesting depth");
        for (String bad : List.of("", "nul", "{'a': 1}", "[1,]", "NaN", "01", "\"open", "{\"a\" 1}", "[1", "// c\n1")) {
            assertThatThrownBy(() -> Value.fromJson(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void plain_java_values_are_taken_and_others_refused() {
        assertThat(Value.of((String) null)).isEqualTo(Value.NULL);
        assertThat(Value.of((Object) new StringBuilder("x"))).isEqualTo(Value.of("x"));
        assertThat(Value.of((Object) 7L)).isEqualTo(Value.of(7));
        assertThatThrownBy(() -> Value.of(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
