package dev.runner.plan;

import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import java.util.stream.Collectors;

/** A plan as text for people. */
final class Listing {
    private final StringBuilder out = new StringBuilder();

    private Listing() {}

    static String write(Plan plan, boolean steps) {
        Listing listing = new Listing();
        for (JobGroup group : plan.groups()) {
            if (group.open()) {
                listing.job(group.id() + " (known when its needs are done)", group.job(), steps);
            }
            group.runs().forEach(run -> listing.job(run.name(), run.job(), steps));
        }
        return listing.out.toString();
    }

    private void job(String name, Job job, boolean steps) {
        out.append(name);
        if (!job.needs().isEmpty()) {
            out.append("  needs ")
                    .append(job.needs().stream().map(Job.Need::job).collect(Collectors.joining(", ")));
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
