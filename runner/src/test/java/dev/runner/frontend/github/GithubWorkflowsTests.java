package dev.runner.frontend.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Step;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

class GithubWorkflowsTests {
    private static Pipeline read(String text) {
        return GithubWorkflows.read(Source.of("x.yml", text), "x.yml", WorkflowFetcher.none())
                .pipeline();
    }

    @Test
    void a_workflow_becomes_a_pipeline() {
        Pipeline pipeline = read("""
            name: CI
            on: push
            defaults: { run: { shell: sh } }
            jobs:
              One:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                    with: { fetch-depth: 0 }
                  - id: go
                    run: echo
                  - shell: python
                    run: print()
              two:
                needs: [one]
                runs-on: ubuntu-latest
            """);

        assertThat(pipeline.name()).isEqualTo("CI");
        assertThat(pipeline.dialect()).isEqualTo(Pipeline.Dialect.GITHUB);
        assertThat(pipeline.jobs().get(1).needs()).extracting(Job.Need::job).containsExactly("One");
        List<Step> steps = pipeline.jobs().getFirst().steps();
        Step.Uses uses = (Step.Uses) steps.getFirst();
        assertThat(uses.action()).isEqualTo("actions/checkout@v4");
        assertThat(uses.inputs().get("fetch-depth")).hasToString("0");
        assertThat(((Step.Run) steps.get(1)).shell()).hasToString("sh");
        assertThat(((Step.Run) steps.get(2)).shell()).hasToString("python");
        assertThat(steps.get(1).head().id()).isEqualTo("go");
        assertThat(steps.get(2).head().id()).isNull();
    }

    @Test
    void all_faults_are_told_at_once_in_githubs_words() {
        assertThatThrownBy(() -> read("""
            on: [push, pul]
            jobs:
              a:
                runs-on: x
                stpes: []
                steps:
                  - run: echo ${{ git.sha }}
            """))
                .isInstanceOfSatisfying(
                        InvalidSourceException.class,
                        e -> assertThat(e.diagnostics())
                                .extracting(diagnostic -> diagnostic.span().line() + " " + diagnostic.message())
                                .containsExactly(
                                        "1 Unexpected value 'pul'",
                                        "5 Unexpected value 'stpes'",
                                        "7 Unrecognized named-value: 'git'. Located at position 1 within expression:"
                                                + " git.sha"));
    }
}
