package dev.runner.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTests {
    private static final Scope SCOPE =
            Scope.of(Map.of("a", Value.of(1.5), "list", Value.of(List.of("x", 2)), "no", Value.of(false)));

    private final Diagnostics diagnostics = new Diagnostics();

    private Template parse(String text) {
        return Template.parse(text, Source.of("test", text).all(), diagnostics);
    }

    @Test
    void text_without_braces_is_literal() {
        for (String text : List.of("", "plain", "$ {{ x }} } }}", "{{ x }}")) {
            Template template = parse(text);
            assertThat(template.isLiteral()).isTrue();
            assertThat(template.text(SCOPE)).isEqualTo(text);
            assertThat(template.value(SCOPE)).isEqualTo(Value.of(text));
        }
    }

    @Test
    void one_expression_keeps_its_type_and_more_make_text() {
        assertThat(parse("${{ list }}").value(SCOPE)).isEqualTo(Value.of(List.of("x", 2)));
        assertThat(parse("${{ no }}").value(SCOPE)).isEqualTo(Value.of(false));
        assertThat(parse("${{ no }}").text(SCOPE)).isEqualTo("false");
        assertThat(parse("${{ a }}${{ a }}").value(SCOPE)).isEqualTo(Value.of("1.51.5"));
        assertThat(parse("<${{ list }} ${{ none }}>").text(SCOPE)).isEqualTo("<Array >");
        assertThat(diagnostics.sorted()).isEmpty();
    }

    @Test
    void braces_inside_of_strings_do_not_close() {
        assertThat(parse("${{ format('{0}}}', a) }}!").text(SCOPE)).isEqualTo("1.5}!");
        assertThat(parse("${{ 'it''s }}' }}").text(SCOPE)).isEqualTo("it's }}");
        assertThat(parse("${{ '${{' }}").text(SCOPE)).isEqualTo("${{");
    }

    @Test
    void a_literal_keeps_its_braces() {
        Template template = Template.literal("${{ a }}", Source.of("test", "x").all());

        assertThat(template.isLiteral()).isTrue();
        assertThat(template.text(SCOPE)).isEqualTo("${{ a }}");
        assertThat(template.source()).isEqualTo("${{ a }}");
    }

    @Test
    void faults_are_told_in_our_words_and_in_githubs() {
        Template template = parse("${{ }} ${{ a b }} ${{ a");

        assertThat(diagnostics.sorted().stream().map(d -> d.span().column() + " " + d.message()))
                .containsExactly(
                        "1 an expression is expected between the braces",
                        "14 unexpected symbol 'b'",
                        "19 this expression is not closed");
        assertThat(template.faultsInGitHubsWords())
                .containsExactly(
                        "Unexpected symbol: 'b'. Located at position 3 within expression: a b",
                        "An expression was expected",
                        "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence"
                                + " was not found.");
        assertThat(template.isValid()).isFalse();
    }

    @Test
    void names_are_collected_and_checked() {
        Template template = parse("${{ b.c }} ${{ a }} ${{ B.d }}");

        assertThat(template.contexts()).containsExactly("b", "a");
        assertThat(template.references().stream().map(NamedReference::toString)).containsExactly("b.c", "a", "B.d");
        template.check(AllowedNames.of("a"), diagnostics);
        assertThat(diagnostics.sorted().stream().map(Diagnostic::message))
                .containsExactly("unknown name 'b'", "unknown name 'B'");
    }

    /** However YAML writes a scalar, the position of a part of it is that of its characters in the file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "key: echo ${{ one }} and ${{ wrong.name }}",
                "key: 'it''s ${{ one }} ''q'' and ${{ wrong.name }}'",
                "key: \"tab\\t \\\"${{ one }}\\\" \\u00fc and ${{ wrong.name }}\"",
                "key: |\n  first ${{ one }}\n\n    second ${{ wrong.name }}\n  end",
                "key: |2-\n    first\n  ${{ wrong.name }}\n",
                "key: >-\n  first ${{ one }}\n  second\n\n  third ${{ wrong.name }}\n",
                "key: first ${{ one }}\n  second\n  ${{ wrong.name }}",
                "key: \"first \\\n  second ${{ wrong.name }}\""
            })
    void positions_are_exact_in_every_style_of_scalar(String yaml) {
        YamlNode root = YamlReader.read(Source.of("test", yaml), YamlReader.Limits.DEFAULT);
        YamlNode.Scalar scalar = (YamlNode.Scalar) ((YamlNode.Mapping) java.util.Objects.requireNonNull(root))
                .entries()
                .getFirst()
                .value();
        Template template = Template.parse(scalar.value(), scalar.span(), diagnostics);

        List<Span> spans = template.references().getLast().spans();
        assertThat(spans.stream().map(Span::text)).containsExactly("wrong", "name");
        assertThat(spans.getFirst().start()).isEqualTo(yaml.indexOf("wrong"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "\"\\", "\"\\u", "\"\\uzzzz ${{", "\"\\x9", "|", ">", "'", "''", "$", "\uD83D"})
    void a_span_of_other_text_does_no_harm(String other) {
        Template.parse("${{ x y }}", Source.of("test", other).all(), diagnostics);
        Template.parse("\u0001 \n${{ x y }}", Source.of("test", other).all(), diagnostics);

        assertThat(diagnostics.sorted()).hasSize(2);
        assertThat(diagnostics.sorted().getFirst().render()).startsWith("test:1:1: error");
    }

    @Test
    void a_text_that_is_not_in_its_span_is_placed_at_the_spans_start() {
        Span span = Source.of("test", "abc: defined elsewhere").span(5, 12);
        Template template = Template.parse("${{ x y }}", span, diagnostics);

        assertThat(template.span()).isEqualTo(span);
        assertThat(diagnostics.sorted().getFirst().span().start()).isEqualTo(5);
    }
}
