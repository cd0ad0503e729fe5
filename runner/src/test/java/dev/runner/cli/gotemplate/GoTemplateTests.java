package dev.runner.cli.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTemplateTests {
    private static final Struct VALUE = Struct.of("main.Value")
            .with("Name", "web")
            .with("Size", 42L)
            .with("On", true)
            .with("Tags", List.of("a", "b"))
            .with("Labels", Map.of("z", "1", "com.acme/x", "2"))
            .with("Inner", Struct.of("main.Inner").with("Deep", "down"))
            .with("Nothing", null);

    @ParameterizedTest
    @CsvSource(delimiter = '~', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            {{.Name}}                                              ~ web
            {{ .Inner.Deep }}                                      ~ down
            {{json .Tags}}                                         ~ ["a","b"]
            {{json .Labels}}                                       ~ {"com.acme/x":"2","z":"1"}
            {{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t}}{{end}} ~ a, b
            {{range .Nope2}}x{{else}}none{{end}}                   ~ !can't evaluate field Nope2 in type main.Value
            {{if and .On (gt .Size 40)}}big{{else}}small{{end}}    ~ big
            {{if eq .Name "db" "web"}}yes{{end}}                   ~ yes
            {{with .Inner}}{{.Deep}}{{end}}                        ~ down
            {{index .Labels "com.acme/x"}}                         ~ 2
            {{.Labels.z}}-{{.Labels.nope}}                         ~ 1-<no value>
            {{upper .Name}} {{title .Name}} {{truncate .Name 2}}   ~ WEB Web we
            {{join .Tags "+"}} {{len .Tags}}                       ~ a+b 2
            {{range split "a:b" ":"}}[{{.}}]{{end}}                ~ [a][b]
            {{printf "%-5s|%3d|%q" .Name .Size .Name}}             ~ web  | 42|"web"
            {{.Tags}} {{.Labels}} {{.Inner}}                       ~ [a b] map[com.acme/x:2 z:1] {down}
            {{- /* said */ -}} {{.Name | printf "<%s>"}}           ~ <web>
            {{$n := .Name}}{{$n}}{{$n = "x"}}{{$n}}                ~ webx
            {{if not .Nothing}}null{{end}}                         ~ null
            {{(index .Tags 1)}} {{slice .Name 1 2}}                ~ b e
            {{range .Tags}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}} ~ a
            {{.Nope}}                                              ~ !can't evaluate field Nope in type main.Value
            {{if .On}}x                                            ~ !unexpected EOF
            {{nope .Name}}                                         ~ !function "nope" not defined
            {{.Name                                                ~ !unclosed action
            """)
    void templates_say_what_go_says(String template, String wanted) {
        if (wanted.startsWith("!")) {
            assertThatThrownBy(() -> GoTemplate.parse(template).apply(VALUE)).hasMessageContaining(wanted.substring(1));
        } else {
            assertThat(GoTemplate.parse(template).apply(VALUE)).isEqualTo(wanted);
        }
    }

    @Test
    void json_is_indented_as_go_indents_it() {
        assertThat(GoText.json(List.of(Struct.of("x").with("A", List.of()).with("B", "<&>")), "    "))
                .isEqualTo("[\n    {\n        \"A\": [],\n        \"B\": \"\\u003c\\u0026\\u003e\"\n    }\n]");
    }
}
