package dev.runner.plan;

import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import java.util.List;

/** A plan as text for people. */
final class Listing {
    private static final String UNKNOWN = " (known when its needs are done)";

    private final StringBuilder out = new StringBuilder();

    private Listing() {}

    static String write(Plan plan, boolean steps) {
        Listing listing = new Listing();
        listing.plan(plan, "", List.of(), steps);
        return listing.out.toString();
    }

    /**
     * @param prefix the calling job's name and a slash, or nothing
     * @param needs what the calling job needs, which its jobs without needs wait for
     */
    private void plan(Plan plan, String prefix, List<String> needs, boolean steps) {
        for (JobGroup group : plan.groups()) {
            Job job = group.job();
            List<String> own = job.needs().isEmpty()
                    ? needs
                    : job.needs().stream().map(need -> prefix + need.job()).toList();
            if (group.open()) {
                job(prefix + group.id() + UNKNOWN, job, own, steps);
            }
            for (JobRun run : group.runs()) {
                Plan called = run.job().call() == null ? null : plan.called(run);
                if (called != null) {
                    plan(called, prefix + run.name() + " / ", own, steps);
                } else {
                    job(prefix + run.name() + (run.job().call() == null ? "" : UNKNOWN), job, own, steps);
                }
            }
        }
    }

    private void job(String name, Job job, List<String> needs, boolean steps) {
        out.append(name);
        if (!needs.isEmpty()) {
            out.append("  needs ").append(String.join(", ", needs));
        }
        if (job.condition() != null) {
            out.append("  if ").append(job.condition().text().strip());
        }
        out.append('\n');
        if (steps) {
            int number = 0;
            for (Step step : job.steps()) {
                out.append("  ").append(++number).append(". ").append(StepTitle.written(step));
                if (step.head().condition() != null) {
                    out.append("  if ").append(step.head().condition().text().strip());
                }
                out.append('\n');
            }
        }
    }
}
