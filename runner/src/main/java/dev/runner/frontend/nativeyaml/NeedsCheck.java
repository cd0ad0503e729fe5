package dev.runner.frontend.nativeyaml;

import dev.runner.pipeline.Job;
import dev.runner.source.Diagnostics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Needs name jobs that exist, and no job needs itself, however long the way round. */
final class NeedsCheck {
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Diagnostics diagnostics;
    private final Set<String> done = new HashSet<>();

    private NeedsCheck(List<Job> jobs, Diagnostics diagnostics) {
        jobs.forEach(job -> this.jobs.put(job.id(), job));
        this.diagnostics = diagnostics;
    }

    static void check(List<Job> jobs, Diagnostics diagnostics) {
        NeedsCheck check = new NeedsCheck(jobs, diagnostics);
        for (Job job : jobs) {
            for (Job.Need need : job.needs()) {
                if (!check.jobs.containsKey(need.job())) {
                    check.unknown(need, job);
                }
            }
        }
        jobs.forEach(job -> check.visit(job, new ArrayList<>()));
    }

    private void unknown(Job.Need need, Job job) {
        Set<String> others = new LinkedHashSet<>(jobs.keySet());
        others.remove(job.id());
        if (others.isEmpty()) {
            diagnostics.error(need.span(), "unknown job '" + need.job() + "'", "there is no other job");
        } else {
            diagnostics.unknown(need.span(), "job", need.job(), others);
        }
    }

    /** Depth first; the path holds the jobs on the way here, so a need that is on it closes a cycle. */
    private void visit(Job job, List<String> path) {
        if (done.contains(job.id())) {
            return;
        }
        path.add(job.id());
        for (Job.Need need : job.needs()) {
            int start = path.indexOf(need.job());
            Job next = jobs.get(need.job());
            if (start >= 0) {
                String way = String.join(" → ", path.subList(start, path.size())) + " → " + need.job();
                diagnostics.error(need.span(), "jobs need each other in a circle: " + way, "remove one of these needs");
            } else if (next != null) {
                visit(next, path);
            }
        }
        path.removeLast();
        done.add(job.id());
    }
}
