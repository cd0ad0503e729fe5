package dev.runner.step.github;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkflowCommandTests {
    private static @Nullable WorkflowCommand find(String line) {
        return WorkflowCommand.parse(line, Set.of("error", "set-output", "group")::contains);
    }

    private static WorkflowCommand parse(String line) {
        return Objects.requireNonNull(find(line));
    }

    @Test
    void a_command_has_properties_and_data() {
        WorkflowCommand command = parse("::error file=a.c,line=3,title=a = b::what::happened");

        assertThat(command.name()).isEqualTo("error");
        assertThat(command.property("FILE")).isEqualTo("a.c");
        assertThat(command.property("title")).isEqualTo("a = b");
        assertThat(command.data()).isEqualTo("what::happened");
    }

    @Test
    void white_space_before_it_does_not_count_and_other_text_does() {
        assertThat(find(" \t::error::x")).isNotNull();
        assertThat(find("x ::error::x")).isNull();
        assertThat(find("::error")).isNull();
        assertThat(find("::nothing::x")).isNull();
        assertThat(find(":error::x")).isNull();
    }

    @Test
    void percent_signs_are_unescaped_last() {
        assertThat(parse("::error::%25%0A%250A%0D%25250A").data()).isEqualTo("%\n%0A\r%250A");
        assertThat(parse("::error::%3A%2C").data()).isEqualTo("%3A%2C");
        assertThat(parse("::error title=%3A%2C%253A::").property("title")).isEqualTo(":,%3A");
    }

    @Test
    void properties_without_a_value_are_left_out() {
        assertThat(parse("::error file=,line,=3,,col=4::x").properties()).containsOnlyKeys("col");
    }

    @Test
    void the_old_form_may_stand_anywhere_and_has_escapes_of_its_own() {
        WorkflowCommand command = parse("text ##[error file=a%3Bb;line=4]data %5D%253B");

        assertThat(command.property("file")).isEqualTo("a;b");
        assertThat(command.property("line")).isEqualTo("4");
        assertThat(command.data()).isEqualTo("data ]%3B");
        assertThat(find("##[other]x")).isNull();
        assertThat(find("##[error x")).isNull();
    }

    @Test
    void an_unknown_new_form_may_hold_a_known_old_one() {
        assertThat(parse("::x::##[group]title").name()).isEqualTo("group");
    }
}
