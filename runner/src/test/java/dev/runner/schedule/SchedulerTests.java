package dev.runner.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.PlanInputs;
import dev.runner.plan.Planner;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.source.Diagnostic;
import dev.runner.source.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SchedulerTests {
    @TempDir
    Path folder;

    private final List<RunEvent> events = new ArrayList<>();
    private final ScriptedExecutor executor = new ScriptedExecutor();
    private Secrets secrets = Secrets.none();
    private int jobs = 2;
    private BiConsumer<RunEvent, Run> reaction = (_, _) -> {};
    private Path original = Path.of("");

    @BeforeEach
    void makeFolders() throws Exception {
        original = Files.createDirectory(folder.resolve("original"));
    }

    private static Pipeline read(String yaml) {
        return NativePipelines.read(Source.of("pipeline.yml", yaml));
    }

    private RunResult run(String yaml) throws InterruptedException {
        AtomicReference<@Nullable Run> handle = new AtomicReference<>();
        RunListener listener = event -> {
            events.add(event);
            Run run = handle.get();
            while (run == null) {
                Thread.onSpinWait();
                run = handle.get();
            }
            reaction.accept(event, run);
        };
        Scheduler scheduler =
                new Scheduler(executor, new WorkspaceCopies(original, folder.resolve("jobs")), List.of(listener), jobs);
        Inputs inputs = new Inputs(PlanInputs.none(), secrets, Map.of("PATH", "/bin"));
        handle.set(scheduler.start(Planner.plan(read(yaml), inputs.plan()), inputs));
        return java.util.Objects.requireNonNull(handle.get()).await();
    }

    /** What one job's steps did: {@code index outcome/conclusion}. */
    private List<String> steps(String job) {
        return events.stream()
                .filter(RunEvent.StepFinished.class::isInstance)
                .map(RunEvent.StepFinished.class::cast)
                .filter(event -> event.step().job().key().equals(job))
                .map(event -> event.outcome().word() + "/" + event.conclusion().word())
                .toList();
    }

    private List<String> results() {
        return events.stream()
                .filter(RunEvent.JobFinished.class::isInstance)
                .map(RunEvent.JobFinished.class::cast)
                .map(event -> event.job().key() + " " + event.result().word())
                .toList();
    }

    private List<String> lines() {
        return events.stream()
                .filter(RunEvent.OutputLine.class::isInstance)
                .map(event -> ((RunEvent.OutputLine) event).text())
                .toList();
    }

    @Test
    void outputs_of_steps_and_jobs_reach_those_that_need_them() throws Exception {
        RunResult result = run("""
                jobs:
                  b:
                    needs: a
                    steps: [{run: "say ${{ needs.a.result }} ${{ needs.a.outputs.version }}"}]
                  a:
                    outputs: {version: "${{ steps.v.outputs.number }}"}
                    steps:
                      - {id: v, run: out number=1.2}
                      - run: say ${{ steps.v.outcome }} ${{ job.status }}
                """);

        assertThat(result.result()).isEqualTo(Result.SUCCESS);
        assertThat(result.totals()).isEqualTo(Map.of(Result.SUCCESS, 2));
        assertThat(lines()).containsExactly("success success", "success 1.2");
        assertThat(results()).containsExactly("a success", "b success");
    }

    @Test
    void after_a_failure_only_steps_run_whose_condition_says_so() throws Exception {
        RunResult result = run("""
                jobs:
                  a:
                    steps:
                      - run: fail 7
                      - run: ok
                      - {if: failure(), run: ok}
                      - {if: success(), run: ok}
                      - {if: always(), run: 'say ${{ job.status }}'}
                      - {if: "job.status != 'success'", run: ok}
                  b: {needs: a, steps: [{run: ok}]}
                  c: {needs: b, if: failure(), steps: [{run: ok}]}
                  d: {needs: a, if: "always() && needs.a.result == 'failure'", steps: [{run: ok}]}
                """);

        assertThat(steps("a"))
                .containsExactly(
                        "failure/failure",
                        "skipped/skipped",
                        "success/success",
                        "skipped/skipped",
                        "success/success",
                        "skipped/skipped");
        assertThat(results()).containsExactlyInAnyOrder("a failure", "b skipped", "c success", "d success");
        assertThat(result.result()).isEqualTo(Result.FAILURE);
        assertThat(result.failures()).containsExactly(StepFailure.Kind.FAILED);
    }

    @Test
    void continue_on_error_parts_outcome_from_conclusion() throws Exception {
        RunResult result = run("""
                jobs:
                  a:
                    steps:
                      - {id: x, continue-on-error: true, run: fail 1}
                      - run: say ${{ steps.x.outcome }} ${{ steps.x.conclusion }}
                  b: {continue-on-error: true, steps: [{run: fail 1}]}
                  c: {needs: b, steps: [{run: "say ${{ needs.b.result }}"}]}
                """);

        assertThat(steps("a")).containsExactly("failure/success", "success/success");
        assertThat(lines()).contains("failure success", "success");
        assertThat(results()).contains("b failure", "c success");
        assertThat(result.result()).isEqualTo(Result.SUCCESS);
    }

    @Test
    void a_failed_job_is_retried_in_a_fresh_workspace() throws Exception {
        RunResult result = run("jobs: {a: {retry: 2, steps: [{run: touch file}, {run: flaky 2}]}}\n");

        assertThat(result.result()).isEqualTo(Result.SUCCESS);
        assertThat(lines()).containsExactly("touched file", "touched file", "touched file");
        assertThat(events.stream().filter(RunEvent.JobRetried.class::isInstance))
                .hasSize(2);
        assertThat(results()).containsExactly("a success");
    }

    @Test
    void a_step_that_runs_out_of_time_fails_and_the_job_goes_on_where_it_may() throws Exception {
        run("jobs: {a: {steps: [{timeout: 20ms, run: block}, {run: ok}, {if: failure(), run: ok}]}}\n");

        assertThat(steps("a")).containsExactly("failure/failure", "skipped/skipped", "success/success");
        assertThat(failure(0).kind()).isEqualTo(StepFailure.Kind.TIMEOUT);
        assertThat(failure(0).message()).isEqualTo("the step ran out of time after 0.02s");
        assertThat(results()).containsExactly("a failure");
    }

    private StepFailure failure(int index) {
        return java.util.Objects.requireNonNull(events.stream()
                .filter(RunEvent.StepFinished.class::isInstance)
                .map(RunEvent.StepFinished.class::cast)
                .filter(event -> event.step().index() == index)
                .findFirst()
                .orElseThrow()
                .failure());
    }

    @Test
    void a_job_that_runs_out_of_time_fails_still_cleans_up_and_may_be_retried() throws Exception {
        run("jobs: {a: {timeout: 30ms, retry: 1, steps: [{run: block}, {run: ok}, {if: always(), run: ok}]}}\n");

        assertThat(steps("a"))
                .containsExactly(
                        "failure/failure",
                        "skipped/skipped",
                        "success/success",
                        "failure/failure",
                        "skipped/skipped",
                        "success/success");
        assertThat(results()).containsExactly("a failure");
    }

    @Test
    void a_failed_run_of_a_matrix_cancels_its_siblings_at_work_and_waiting() throws Exception {
        jobs = 2;
        run("""
                jobs:
                  a:
                    strategy: {matrix: {do: [block, fail 1, block 2]}}
                    steps: [{run: "${{ matrix.do }}"}, {if: cancelled(), run: say cleaning}]
                """);

        assertThat(results())
                .containsExactlyInAnyOrder("a (fail 1) failure", "a (block) cancelled", "a (block 2) cancelled");
        assertThat(lines()).contains("cleaning");
    }

    @Test
    void without_fail_fast_all_runs_of_a_matrix_end() throws Exception {
        run("""
                jobs:
                  a:
                    strategy: {matrix: {do: [fail 1, ok, ok 2]}, fail-fast: false}
                    steps: [{run: "${{ matrix.do }}"}]
                  b: {needs: a, if: always(), steps: [{run: "say ${{ needs.a.result }}"}]}
                """);

        assertThat(results())
                .containsExactlyInAnyOrder("a (fail 1) failure", "a (ok) success", "a (ok 2) success", "b success");
        assertThat(lines()).containsExactly("failure");
    }

    @Test
    void max_parallel_limits_the_runs_of_a_matrix() throws Exception {
        jobs = 8;
        run("""
                jobs:
                  a:
                    strategy: {matrix: {n: [1, 2, 3, 4, 5, 6]}, max-parallel: 1}
                    steps: [{run: ok}, {run: "say ${{ strategy.job-index }}/${{ strategy.job-total }}"}]
                """);

        assertThat(executor.mostAtOnce).hasValue(1);
        assertThat(lines()).containsExactly("0/6", "1/6", "2/6", "3/6", "4/6", "5/6");
    }

    @Test
    void no_more_jobs_run_at_once_than_allowed() throws Exception {
        jobs = 3;
        run("jobs: {a: {strategy: {matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8]}}, steps: [{run: ok}]}}\n");

        assertThat(executor.mostAtOnce.get()).isBetween(1, 3);
    }

    @Test
    void a_cancelled_run_still_runs_what_says_always_or_cancelled() throws Exception {
        jobs = 1;
        reaction = (event, run) -> {
            if (event instanceof RunEvent.StepStarted started && started.step().index() == 0) {
                run.cancel();
            }
        };
        RunResult result = run("""
                jobs:
                  a:
                    steps:
                      - run: block
                      - run: say never
                      - {if: always(), run: say always}
                      - {if: cancelled(), run: say cancelled}
                  b: {steps: [{run: say never}]}
                  c: {needs: a, if: cancelled(), steps: [{run: say after}]}
                """);

        assertThat(steps("a"))
                .containsExactly("cancelled/cancelled", "skipped/skipped", "success/success", "success/success");
        assertThat(lines()).startsWith("always", "cancelled").doesNotContain("never");
        assertThat(results()).contains("a cancelled", "b cancelled");
        assertThat(result.result()).isEqualTo(Result.CANCELLED);
    }

    @Test
    void a_second_cancel_kills_and_nothing_runs_after_it() throws Exception {
        reaction = (event, run) -> {
            if (event instanceof RunEvent.StepStarted) {
                run.cancel();
            }
        };
        RunResult result = run("""
                jobs:
                  a:
                    steps: [{run: block}, {if: always(), run: block}, {if: always(), run: say never}]
                  b: {needs: a, if: always(), steps: [{run: say never}]}
                """);

        assertThat(steps("a")).containsExactly("cancelled/cancelled", "cancelled/cancelled", "skipped/skipped");
        assertThat(lines()).isEmpty();
        assertThat(results()).containsExactly("a cancelled", "b cancelled");
        assertThat(result.result()).isEqualTo(Result.CANCELLED);
    }

    @Test
    void a_matrix_from_another_jobs_output_is_expanded_when_that_is_done() throws Exception {
        run("""
                jobs:
                  list:
                    outputs: {all: "${{ steps.l.outputs.all }}"}
                    steps: [{id: l, run: 'out all={"f":["slim","full"]}'}]
                  image:
                    needs: list
                    strategy: {matrix: "${{ fromJSON(needs.list.outputs.all) }}"}
                    outputs: {done: "${{ matrix.f }}"}
                    steps: [{run: "say ${{ matrix.f }}"}]
                  end: {needs: image, steps: [{run: "say ${{ needs.image.result }}"}]}
                """);

        assertThat(results())
                .containsExactlyInAnyOrder(
                        "list success", "image (slim) success", "image (full) success", "end success");
        assertThat(events.stream().filter(RunEvent.JobsAdded.class::isInstance)).hasSize(1);
    }

    @Test
    void an_open_matrix_is_skipped_when_what_it_needs_has_failed_and_fails_when_it_makes_no_sense() throws Exception {
        run("""
                jobs:
                  bad: {outputs: {all: x}, steps: [{run: fail 1}]}
                  good: {outputs: {all: x}, steps: [{run: ok}]}
                  skipped:
                    needs: bad
                    strategy: {matrix: "${{ fromJSON(needs.bad.outputs.all) }}"}
                    steps: [{run: ok}]
                  broken:
                    needs: good
                    strategy: {matrix: "${{ fromJSON(needs.good.outputs.all) }}"}
                    steps: [{run: ok}]
                """);

        assertThat(results())
                .containsExactlyInAnyOrder("bad failure", "good success", "skipped skipped", "broken failure");
    }

    @Test
    void what_a_step_leaves_is_there_for_later_steps_only() throws Exception {
        run("""
                env: {WHO: pipeline, ALL: "1"}
                jobs:
                  a:
                    env: {WHO: "job of ${{ env.WHO }}"}
                    steps:
                      - {run: get WHO, env: {WHO: step}}
                      - run: |
                          env WHO=file
                          path /opt/a
                          commit abc
                          get WHO
                      - run: |
                          get WHO
                          get PATH
                          get ALL
                          say ${{ env.WHO }} ${{ commit.sha }}
                  b: {needs: a, steps: [{run: get WHO}]}
                """);

        assertThat(lines())
                .containsExactly(
                        "WHO=step",
                        "WHO=job of pipeline",
                        "WHO=file",
                        "PATH=/opt/a:/bin",
                        "ALL=1",
                        "file abc",
                        "WHO=pipeline");
    }

    @Test
    void secrets_are_masked_in_everything_that_leaves() throws Exception {
        secrets = Secrets.of(Secret.of("TOKEN", "s3cret-token"));
        run("""
                secrets: [TOKEN]
                jobs:
                  a:
                    outputs: {x: "${{ secrets.TOKEN }}"}
                    steps:
                      - name: with ${{ secrets.TOKEN }}
                        run: |
                          say a ${{ secrets.TOKEN }} b
                          bytes x${{ secrets.TOKEN }}y|no line break
                          mask found-later
                          say found-later
                          out token=${{ secrets.TOKEN }}
                      - run: throw ${{ secrets.TOKEN }}
                """);

        assertThat(events.toString()).doesNotContain("s3cret-token").doesNotContain("found-later");
        assertThat(lines()).containsExactly("a *** b", "x***y", "***", "no line break");
    }

    @Test
    void a_fault_of_an_executor_is_a_failure_with_its_cause() throws Exception {
        RunResult result = run("jobs: {a: {steps: [{run: throw oops}]}}\n");

        assertThat(failure(0).kind()).isEqualTo(StepFailure.Kind.INTERNAL);
        assertThat(failure(0).cause()).hasMessage("oops");
        assertThat(result.failures()).containsExactly(StepFailure.Kind.INTERNAL);
    }

    @Test
    void an_expression_that_fails_names_its_place() throws Exception {
        run("jobs: {a: {steps: [{run: ok, timeout: \"${{ 'soon' }}\"}]}}\n");

        assertThat(failure(0).kind()).isEqualTo(StepFailure.Kind.BAD_INPUT);
        assertThat(failure(0).message())
                .startsWith("pipeline.yml:1:")
                .contains("expected a duration such as 90s, 30m or 1h30m, but this gives 'soon'");
    }

    @Test
    void many_jobs_at_once_lose_and_mix_no_event() throws Exception {
        jobs = 16;
        String numbers = java.util.stream.IntStream.rangeClosed(1, 100)
                .mapToObj(Integer::toString)
                .collect(java.util.stream.Collectors.joining(","));
        run("jobs: {a: {strategy: {matrix: {n: [" + numbers + "]}}, steps: ["
                + "{run: say 0}, {run: say 1}, {run: say 2}, {run: say 3}, {run: say 4}]}}\n");

        for (int n = 1; n <= 100; n++) {
            String key = "a (" + n + ")";
            assertThat(events.stream().map(event -> ofJob(event, key)).filter(text -> !text.isEmpty()))
                    .containsExactly(
                            "job", "start 0", "line 0", "end 0", "start 1", "line 1", "end 1", "start 2", "line 2",
                            "end 2", "start 3", "line 3", "end 3", "start 4", "line 4", "end 4", "done");
        }
    }

    private static String ofJob(RunEvent event, String key) {
        return switch (event) {
            case RunEvent.JobStarted e when e.job().key().equals(key) -> "job";
            case RunEvent.StepStarted e
            when e.step().job().key().equals(key) -> "start " + e.step().index();
            case RunEvent.OutputLine e when e.step().job().key().equals(key) -> "line " + e.text();
            case RunEvent.StepFinished e
            when e.step().job().key().equals(key) -> "end " + e.step().index();
            case RunEvent.JobFinished e when e.job().key().equals(key) -> "done";
            default -> "";
        };
    }

    @Test
    void a_job_works_in_its_own_copy_unless_it_checks_out() throws Exception {
        Files.writeString(original.resolve("present"), "x");
        RunResult copy = run("jobs: {a: {steps: [{run: touch present}]}}\n");
        RunResult empty = run("jobs: {a: {steps: [{checkout: {}}, {run: touch present}]}}\n");

        assertThat(copy.result()).isEqualTo(Result.FAILURE);
        assertThat(empty.result()).isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("jobs")).isEmptyDirectory();
    }

    @Test
    void a_listener_that_fails_does_not_stop_the_run_and_is_not_forgotten() {
        reaction = (event, _) -> {
            if (event instanceof RunEvent.JobStarted) {
                throw new IllegalStateException("no paper");
            }
        };

        assertThatExceptionOfType(java.util.concurrent.CompletionException.class)
                .isThrownBy(() -> run("jobs: {a: {steps: [{run: say done}]}}\n"))
                .withStackTraceContaining("no paper");
        assertThat(lines()).containsExactly("done");
    }

    @Test
    void missing_secrets_and_variables_are_reported_where_they_are_declared() {
        Pipeline pipeline = read(
                "variables: {V: }\nsecrets: {A: , B: {optional: true}, C: }\n" + "jobs: {a: {steps: [{run: ok}]}}\n");
        Inputs inputs = new Inputs(PlanInputs.none(), Secrets.of(Secret.of("A", "x")), Map.of());

        assertThat(Inputs.check(pipeline, inputs).sorted())
                .extracting(Diagnostic::span, Diagnostic::message)
                .extracting(tuple ->
                        tuple.toList().getFirst() + " " + tuple.toList().getLast())
                .containsExactly(
                        "pipeline.yml:1:13 the variable 'V' has no value",
                        "pipeline.yml:2:37 the secret 'C' is missing");
    }
}
