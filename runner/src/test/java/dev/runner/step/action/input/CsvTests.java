package dev.runner.step.action.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTests {
    @Test
    void fields_are_parted_by_commas_and_records_by_lines() {
        assertThat(Csv.records("a,b\r\nc\n\n,\n", false))
                .containsExactly(List.of("a", "b"), List.of("c"), List.of("", ""));
    }

    @Test
    void quotes_hold_commas_line_ends_and_doubled_quotes() {
        assertThat(Csv.fields("\"a,\"\"b\"\"\nc\",d")).containsExactly("a,\"b\"\nc", "d");
    }

    @Test
    void a_quote_within_a_bare_field_or_one_that_never_closes_is_a_character() {
        assertThat(Csv.fields("{{date \"YY\"}},\"x\"y")).containsExactly("{{date \"YY\"}}", "\"x\"y");
        assertThat(Csv.fields("\"open,b")).containsExactly("\"open", "b");
    }

    @Test
    void lists_are_words_or_lines() {
        assertThat(ListInput.words("a,b\n \"c,d\" \ne")).containsExactly("a", "b", "\"c", "d\"", "e");
        assertThat(ListInput.words("\"a,b\",c")).containsExactly("a,b", "c");
        assertThat(ListInput.lines("id=a,src=b\n\"KEY=one,\ntwo\"\n")).containsExactly("id=a,src=b", "KEY=one,\ntwo");
        assertThat(ListInput.uncommented("a=b#c\n# no\nd")).containsExactly("a=b#c", "d");
        assertThat(ListInput.plain("A=\"b\"\n\nC=,d")).containsExactly("A=\"b\"", "C=,d");
    }
}
