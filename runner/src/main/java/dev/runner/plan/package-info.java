/**
 * The pipeline with matrix and needs worked out: a graph of job runs.
 *
 * <p>Doors: {@link dev.runner.plan.Planner} (Pipeline to Plan), {@link dev.runner.plan.Plan}, its
 * {@link dev.runner.plan.JobGroup}s (one a job) and their {@link dev.runner.plan.JobRun}s, and
 * {@link dev.runner.plan.PlanInputs} (what a run adds to the file).
 *
 * <p>In: a {@link dev.runner.pipeline.Pipeline} and inputs. Out: a plan, or every fault with its position. A job whose
 * matrix reads {@code needs} stays open; the scheduler asks the planner to expand it when those jobs are done. Imports
 * {@code pipeline} and {@code expression}, and through them {@code source}.
 */
@NullMarked
package dev.runner.plan;

import org.jspecify.annotations.NullMarked;
