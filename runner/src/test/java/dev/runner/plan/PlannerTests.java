package dev.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Pipeline;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannerTests {
    private static Pipeline read(String yaml) {
        return NativePipelines.read(Source.of("pipeline.yml", yaml));
    }

    private static Plan plan(String yaml) {
        return Planner.plan(read(yaml), PlanInputs.none());
    }

    private static List<String> cells(String matrix) {
        Plan plan = plan("jobs: {a: {strategy: {matrix: " + matrix + "}, steps: [{run: make}]}}\n");
        return plan.jobs().stream().map(run -> text(run.cell().values())).toList();
    }

    private static String text(Value.Obj values) {
        return values.entries().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().text())
                .collect(Collectors.joining(" "));
    }

    private static List<String> names(Plan plan) {
        return plan.jobs().stream().map(JobRun::name).toList();
    }

    @Test
    void a_job_without_matrix_runs_once_under_its_id() {
        assertThat(names(plan("jobs: {a: {steps: [{run: make}]}}\n"))).containsExactly("a");
    }

    @Test
    void the_last_axis_turns_fastest() {
        assertThat(cells("{a: [1, 2], b: [x, y]}")).containsExactly("a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y");
    }

    /** The example of GitHub's page "Running variations of jobs in a workflow". */
    @Test
    void include_follows_githubs_example() {
        assertThat(cells("{fruit: [apple, pear], animal: [cat, dog], include: [{color: green},"
                        + " {color: pink, animal: cat}, {fruit: apple, shape: circle}, {fruit: banana},"
                        + " {fruit: banana, animal: cat}]}"))
                .containsExactly(
                        "fruit=apple animal=cat color=pink shape=circle",
                        "fruit=apple animal=dog color=green shape=circle",
                        "fruit=pear animal=cat color=pink",
                        "fruit=pear animal=dog color=green",
                        "fruit=banana",
                        "fruit=banana animal=cat");
    }

    @Test
    void include_alone_makes_each_entry_a_combination() {
        assertThat(cells("{include: [{site: a}, {site: b}]}")).containsExactly("site=a", "site=b");
    }

    @Test
    void exclude_matches_in_part_and_before_include() {
        assertThat(
                        cells(
                                "{os: [linux, mac], v: [1, 2], exclude: [{os: mac, v: 1}, {v: 2}], include: [{os: mac, v: 1}]}"))
                .containsExactly("os=linux v=1", "os=mac v=1");
    }

    @Test
    void exclude_compares_objects_by_the_keys_it_names() {
        assertThat(cells("{x: [{name: a, big: true}, {name: b}], exclude: [{x: {name: a}}]}"))
                .containsExactly("x=Object");
    }

    @Test
    void a_combination_more_than_the_limit_is_refused() {
        String values =
                IntStream.rangeClosed(1, 257).mapToObj(Integer::toString).collect(Collectors.joining(","));

        assertThat(cells("{a: [" + values.substring(0, values.length() - 4) + "]}"))
                .hasSize(256);
        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> cells("{a: [" + values + "]}"))
                .withMessage("pipeline.yml:1:31: the matrix gives 257 combinations; at most 256 are allowed");
    }

    @Test
    void a_huge_product_is_refused_before_it_is_made() {
        String axis = IntStream.rangeClosed(1, 100).mapToObj(Integer::toString).collect(Collectors.joining(","));

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> cells("{a: [" + axis + "], b: [" + axis + "], c: [" + axis + "]}"))
                .withMessageContaining("more than 65536 combinations");
    }

    @Test
    void a_matrix_without_any_combination_is_refused() {
        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> cells("{a: [1], exclude: [{a: 1}]}"))
                .withMessageContaining("gives no combination");
    }

    @Test
    void names_show_the_matrix_unless_they_are_computed() {
        String steps = "steps: [{run: make}]";
        assertThat(names(plan("jobs:\n"
                        + "  image: {strategy: {matrix: {f: [slim, full], v: [1]}}, " + steps + "}\n"
                        + "  b: {name: Fixed, strategy: {matrix: {f: [x]}}, " + steps + "}\n"
                        + "  c: {name: 'At ${{ matrix.f }}', strategy: {matrix: {f: [x]}}, " + steps + "}\n")))
                .containsExactly("image (slim, 1)", "image (full, 1)", "Fixed (x)", "At x");
    }

    @Test
    void keys_stay_unique_where_cells_look_alike() {
        Plan plan = plan("jobs: {a: {strategy: {matrix: {x: [1, '1']}}, steps: [{run: make}]}}\n");

        assertThat(plan.jobs()).extracting(JobRun::key).containsExactly("a (1)", "a (1) #2");
    }

    @Test
    void jobs_come_after_those_they_need() {
        Plan plan = plan("jobs:\n"
                + "  c: {needs: [b, a], steps: [{run: make}]}\n"
                + "  a: {steps: [{run: make}]}\n"
                + "  b: {needs: a, steps: [{run: make}]}\n");

        assertThat(names(plan)).containsExactly("a", "b", "c");
        assertThat(plan.edges())
                .containsExactlyInAnyOrder(new Plan.Edge("a", "b"), new Plan.Edge("b", "c"), new Plan.Edge("a", "c"));
    }

    private static final String FILTERED = "jobs:\n"
            + "  base: {steps: [{run: make}]}\n"
            + "  image: {needs: base, strategy: {matrix: {f: [slim, full]}}, steps: [{run: make}]}\n"
            + "  other: {steps: [{run: make}]}\n";

    @Test
    void a_job_is_chosen_with_what_it_needs() {
        var inputs = PlanInputs.none().withJobs(List.of("image"));

        assertThat(names(Planner.plan(read(FILTERED), inputs))).containsExactly("base", "image (slim)", "image (full)");
    }

    @Test
    void a_single_run_is_chosen_by_its_name() {
        var inputs = PlanInputs.none().withJobs(List.of("image (full)"));

        assertThat(names(Planner.plan(read(FILTERED), inputs))).containsExactly("base", "image (full)");
    }

    @Test
    void a_job_that_is_not_there_is_named_with_a_near_one() {
        var inputs = PlanInputs.none().withJobs(List.of("imgae"));

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> Planner.plan(read(FILTERED), inputs))
                .satisfies(e -> assertThat(e.diagnostics().getFirst().render())
                        .isEqualTo("--job:1:1: error: unknown job 'imgae'\n  1 | imgae\n    | ^^^^^\n"
                                + "  help: did you mean 'image'?"));
    }

    @Test
    void variables_read_those_above_and_give_way_to_inputs() {
        Pipeline pipeline = read("variables: {HOST: ghcr.io, IMAGE: '${{ variables.HOST }}/app', MUST: }\n"
                + "jobs: {a: {steps: [{run: make}]}}\n");
        Plan plan =
                Planner.plan(pipeline, PlanInputs.none().withVariables(Map.of("HOST", "localhost:5000", "MUST", "x")));

        assertThat(text((Value.Obj)
                        java.util.Objects.requireNonNull(plan.contexts().get("variables"))))
                .isEqualTo("HOST=localhost:5000 IMAGE=localhost:5000/app MUST=x");
    }

    @Test
    void a_variable_without_value_and_one_that_is_not_declared_are_reported_together() {
        Pipeline pipeline = read("variables: {IMAGE: }\njobs: {a: {steps: [{run: make}]}}\n");

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> Planner.plan(pipeline, PlanInputs.none().withVariables(Map.of("IMAG", "x"))))
                .withMessage("--var:1:1: unknown variable 'IMAG'\n"
                        + "pipeline.yml:1:13: the variable 'IMAGE' has no value");
    }

    @Test
    void platforms_are_normalised_and_given_ones_win() {
        Pipeline pipeline = read("platforms: [linux/x86_64, linux/arm/v7]\njobs: {a: {steps: [{run: make}]}}\n");

        assertThat(platforms(Planner.plan(pipeline, PlanInputs.none()))).isEqualTo("linux/amd64 linux/arm/v7");
        assertThat(platforms(Planner.plan(pipeline, PlanInputs.none().withPlatforms(List.of("linux/aarch64")))))
                .isEqualTo("linux/arm64");
    }

    private static String platforms(Plan plan) {
        var array = (Value.Arr) java.util.Objects.requireNonNull(plan.contexts().get("platforms"));
        return array.items().stream().map(Value::text).collect(Collectors.joining(" "));
    }

    private static final String OPEN = "jobs:\n"
            + "  list: {outputs: {f: x}, steps: [{run: make}]}\n"
            + "  image: {needs: list, strategy: {matrix: {f: '${{ fromJSON(needs.list.outputs.f) }}'}},"
            + " steps: [{run: make}]}\n";

    @Test
    void a_matrix_that_reads_needs_stays_open_until_they_are_done() {
        Plan plan = plan(OPEN);
        JobGroup open = plan.groups().getLast();
        Value needs = Value.of(Map.of("list", Map.of("outputs", Map.of("f", "[\"slim\", \"full\"]"))));

        assertThat(open.open()).isTrue();
        assertThat(names(plan)).containsExactly("list");
        assertThat(Planner.expand(open, Scope.of(Map.of("needs", needs))).runs())
                .extracting(JobRun::name)
                .containsExactly("image (slim)", "image (full)");
    }

    @Test
    void a_run_of_an_open_matrix_can_be_chosen() {
        Plan plan = Planner.plan(read(OPEN), PlanInputs.none().withJobs(List.of("image (full)")));
        Value needs = Value.of(Map.of("list", Map.of("outputs", Map.of("f", "[\"slim\", \"full\"]"))));

        assertThat(Planner.expand(plan.groups().getLast(), Scope.of(Map.of("needs", needs)))
                        .runs())
                .extracting(JobRun::name)
                .containsExactly("image (full)");
    }

    @Test
    void an_open_matrix_of_a_wrong_shape_is_refused_at_its_place() {
        Value needs = Value.of(Map.of("list", Map.of("outputs", Map.of("f", "\"slim\""))));

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> Planner.expand(plan(OPEN).groups().getLast(), Scope.of(Map.of("needs", needs))))
                .withMessage("pipeline.yml:3:43: 'f' of the matrix must be a list, but it gives 'slim'");
    }

    @Test
    void the_graph_is_mermaid() {
        assertThat(plan(FILTERED + "  open: {name: 'Say \"hi\"', needs: [image], steps: [{run: make}]}\n")
                        .mermaid())
                .isEqualTo("""
                        flowchart LR
                          job1["base"]
                          subgraph job2["image"]
                            job2_1["image (slim)"]
                            job2_2["image (full)"]
                          end
                          job3["other"]
                          job4["Say #quot;hi#quot;"]
                          job1 --> job2
                          job2 --> job4
                        """);
    }

    @Test
    void the_listing_shows_needs_conditions_and_steps() {
        assertThat(plan("jobs:\n  a: {steps: [{run: make}]}\n"
                                + "  b: {needs: a, if: always(), steps: [{build: {}}, {name: N, if: failure(), run: x}]}\n")
                        .listing(true))
                .isEqualTo("""
                        a
                          1. Run make
                        b  needs a  if always()
                          1. Build .
                          2. N  if failure()
                        """);
    }
}
