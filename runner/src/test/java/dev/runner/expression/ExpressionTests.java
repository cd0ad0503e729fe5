package dev.runner.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTests {
    private final Diagnostics diagnostics = new Diagnostics();

    private Expression parse(String text) {
        return Expression.parse(Source.of("test", text).all(), diagnostics);
    }

    private Value evaluate(String text, Map<String, Value> contexts) {
        Value value = parse(text).evaluate(Scope.of(contexts));
        assertThat(diagnostics.sorted()).isEmpty();
        return value;
    }

    private List<String> messages() {
        return diagnostics.sorted().stream().map(Diagnostic::message).toList();
    }

    @Test
    void status_functions_are_seen_in_the_tree_and_not_in_strings() {
        assertThat(parse("1 == 1 && !(Success())").usesStatusFunction()).isTrue();
        assertThat(parse("format('{0}', always() || x.y)").usesStatusFunction()).isTrue();
        assertThat(parse("contains('always()', x.success)").usesStatusFunction())
                .isFalse();
    }

    @Test
    void functions_of_the_run_come_from_the_scope() {
        List<String> calls = new ArrayList<>();
        Scope scope = new Scope() {
            @Override
            public Value context(String name) {
                return Value.of(name + "!");
            }

            @Override
            public Value call(String function, List<Value> arguments) {
                calls.add(function + arguments);
                return Value.of(true);
            }
        };

        assertThat(parse("failure() && hashFiles('a', GitHub)").evaluate(scope)).isEqualTo(Value.of(true));
        assertThat(calls).containsExactly("failure[]", "hashfiles[Str[value=a], Str[value=github!]]");
    }

    @Test
    void a_function_that_the_scope_lacks_or_fails_in_is_told_with_its_place() {
        EvaluationException lacks = catchThrowableOfType(
                EvaluationException.class, () -> parse("1 == 1 && success()").evaluate(Scope.empty()));
        assertThat(lacks).hasMessage("the function 'success' cannot be used here");
        assertThat(lacks.span().text()).isEqualTo("success()");

        Scope broken = new Scope() {
            @Override
            public Value context(String name) {
                return Value.NULL;
            }

            @Override
            public Value call(String function, List<Value> arguments) {
                throw new UncheckedIOException("cannot read", new NoSuchFileException("x"));
            }
        };
        assertThatThrownBy(() -> parse("hashFiles('x')").evaluate(broken))
                .isInstanceOf(EvaluationException.class)
                .hasCauseInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read");
    }

    @Test
    void references_have_literal_paths_and_the_place_of_each_segment() {
        Expression expression = parse("steps.app.outputs['digest'] == needs[matrix.x].y && a.*.b[0]");

        assertThat(expression.references().stream().map(NamedReference::toString))
                .containsExactly("steps.app.outputs.digest", "needs", "matrix.x", "a.*.b.0");
        assertThat(expression.references().getFirst().spans().stream().map(span -> span.text()))
                .containsExactly("steps", "app", "outputs", "'digest'");
        assertThat(expression.references().getFirst().span().text()).isEqualTo("steps.app.outputs['digest']");
        assertThat(expression.contexts()).containsExactly("steps", "needs", "matrix", "a");
    }

    @Test
    void references_inside_of_function_calls_and_of_what_they_return_are_found() {
        assertThat(parse("fromJSON(Needs.a.outputs.b).c[inputs.d]").contexts()).containsExactly("needs", "inputs");
        assertThat(parse("fromJSON(x)").functions()).containsExactly("fromjson");
    }

    @Test
    void a_check_afterwards_tells_each_name_that_is_not_allowed() {
        Expression expression = parse("variables.a == secret.b && hashfile('x') || success(1) || fooBar()");

        assertThat(messages()).containsExactly("unknown function 'hashfile'", "unknown function 'fooBar'");
        Diagnostics later = new Diagnostics();
        parse("variables.a == secret.b && hashFiles('x') || success(1)")
                .check(AllowedNames.of("variables", "secrets", "success(0,0)"), later);
        assertThat(later.sorted().stream().map(d -> d.message() + ": " + d.remedy()))
                .containsExactly(
                        "unknown name 'secret': did you mean 'secrets'?",
                        "unknown function 'hashFiles': functions here: case, contains, endsWith, format, fromJSON, join,"
                                + " startsWith, success, toJSON",
                        "too many arguments for 'success': it takes 0, not 1");
        assertThat(expression.evaluate(Scope.empty())).isEqualTo(Value.NULL);
    }

    @Test
    void too_long_an_expression_is_refused_and_the_longest_is_not() {
        parse("'" + "x".repeat(Expression.MAX_LENGTH - 2) + "'");
        assertThat(messages()).isEmpty();

        Expression expression = parse("'" + "x".repeat(Expression.MAX_LENGTH - 1) + "'");
        assertThat(messages()).containsExactly("the expression is longer than 21000 characters");
        assertThat(expression.faultInGitHubsWords()).isEqualTo("Exceeded max expression length 21000");
    }

    @ParameterizedTest
    @CsvSource({"(,1,)", "!,1,''", "a[,1,]", "'toJSON(',1,)", "'1==',1,''", "'1<2&&3||',1,''", "a.,b,''"})
    void hostile_nesting_is_a_message_and_not_an_overflow(String before, String middle, String after) {
        int times = Expression.MAX_LENGTH / (before.length() + after.length()) - 1;
        Expression expression = parse(before.repeat(times) + middle + after.repeat(times));

        if (!before.contains("&&")) {
            assertThat(messages()).containsExactly("the expression is nested deeper than 50 levels");
        }
        assertThat(expression.evaluate(Scope.empty())).isNotNull();
    }

    @Test
    void parentheses_do_not_count_as_depth() {
        assertThat(evaluate("(".repeat(200) + "1" + ")".repeat(200), Map.of())).isEqualTo(Value.of(1));
    }

    @Test
    void memory_is_bound_while_text_is_made() {
        String huge = "x".repeat(500_000);
        Map<String, Value> contexts = Map.of("huge", Value.of(huge), "many", Value.of(List.of(1, 2, 3, 4, 5, 6)));

        for (String text : List.of(
                "format('" + "{0}".repeat(1000) + "', huge)", "join(many, huge)", "fromJSON(join(many, huge))")) {
            assertThatThrownBy(() -> parse(text).evaluate(Scope.of(contexts)))
                    .as(text)
                    .isInstanceOf(EvaluationException.class)
                    .hasMessage("The maximum allowed memory size was exceeded");
        }
        assertThat(evaluate("huge", contexts)).isEqualTo(Value.of(huge));
    }

    @Test
    void a_bad_json_text_is_told_with_its_place() {
        assertThatThrownBy(() -> parse("fromJSON('{\"a\": [1, }')").evaluate(Scope.empty()))
                .isInstanceOf(EvaluationException.class)
                .hasMessageStartingWith("the JSON text is not valid at line 1, column 11");
        assertThatThrownBy(() -> parse("fromJSON('1 2')").evaluate(Scope.empty()))
                .hasMessageStartingWith("more text follows the JSON value");
        assertThatThrownBy(() -> parse("fromJSON('')").evaluate(Scope.empty())).hasMessage("the JSON text is empty");
    }

    @Test
    void case_evaluates_only_what_it_needs() {
        assertThat(evaluate("case(true, 1, fromJSON('bad'), 2, 3)", Map.of())).isEqualTo(Value.of(1));
    }

    @Test
    void a_condition_may_have_braces_or_not() {
        for (String text : List.of("x == 'y'", "${{ x == 'y' }}", "  ${{x == 'y'}}  ", "\n x == 'y'\n")) {
            Expression expression =
                    Expression.parseCondition(text, Source.of("test", text).all(), AllowedNames.ANY, diagnostics);
            assertThat(expression.text()).isEqualTo("x == 'y'");
            assertThat(expression.span().text()).isEqualTo("x == 'y'");
            assertThat(expression.evaluate(Scope.of(Map.of("x", Value.of("Y")))))
                    .isEqualTo(Value.of(true));
        }
        assertThat(messages()).isEmpty();
    }

    @Test
    void a_condition_with_a_part_in_braces_is_always_true_and_warned_of() {
        String text = "${{ x }} == 'y' && {z}";
        Expression expression =
                Expression.parseCondition(text, Source.of("test", text).all(), AllowedNames.ANY, diagnostics);

        assertThat(expression.evaluate(Scope.of(Map.of("x", Value.of("no"))))).isEqualTo(Value.of("no == 'y' && {z}"));
        assertThat(expression.contexts()).containsExactly("x");
        assertThat(diagnostics.hasErrors()).isFalse();
        assertThat(messages()).hasSize(1);
    }

    @Test
    void a_condition_whose_braces_are_wrong_is_null() {
        String text = "${{ x ";
        Expression expression =
                Expression.parseCondition(text, Source.of("test", text).all(), AllowedNames.ANY, diagnostics);

        assertThat(expression.evaluate(Scope.empty())).isEqualTo(Value.NULL);
        assertThat(expression.faultInGitHubsWords()).startsWith("The expression is not closed.");
        assertThat(messages()).containsExactly("this expression is not closed");
    }
}
