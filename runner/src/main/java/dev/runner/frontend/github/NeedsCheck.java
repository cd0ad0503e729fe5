package dev.runner.frontend.github;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Needs name jobs that exist, and every job can start one day. As on GitHub, the jobs that can start are taken away one
 * after the other; what is left waits for a job that is not there or, in the end, for itself.
 */
final class NeedsCheck {
    private final List<Workflow.Job> jobs;
    private final Faults faults;

    NeedsCheck(List<Workflow.Job> jobs, Faults faults) {
        this.jobs = jobs;
        this.faults = faults;
    }

    void check(Token entries) {
        if (jobs.stream().noneMatch(job -> job.needs().isEmpty())) {
            faults.add(entries, "The workflow must contain at least one job with no dependencies.");
            return;
        }
        Set<String> done = startable();
        Set<String> known = new HashSet<>();
        jobs.forEach(job -> known.add(name(job.id())));
        for (Workflow.Job job : jobs) {
            for (Token.Text need : done.contains(name(job.id())) ? List.<Token.Text>of() : job.needs()) {
                if (!known.contains(name(need))) {
                    faults.add(need, "Job '" + job.id().value() + "' depends on unknown job '" + need.value() + "'.");
                } else if (!done.contains(name(need))) {
                    faults.add(
                            need,
                            "Job '" + job.id().value() + "' depends on job '" + need.value()
                                    + "' which creates a cycle in the dependency graph.");
                }
            }
        }
    }

    /** The jobs whose needs can all be done. */
    private Set<String> startable() {
        Set<String> done = new HashSet<>();
        Deque<Workflow.Job> waiting = new ArrayDeque<>(jobs);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Workflow.Job job : new ArrayList<>(waiting)) {
                if (job.needs().stream().allMatch(need -> done.contains(name(need)))) {
                    done.add(name(job.id()));
                    waiting.remove(job);
                    changed = true;
                }
            }
        }
        return done;
    }

    private static String name(Token.Text id) {
        return id.value().toLowerCase(Locale.ROOT);
    }
}
