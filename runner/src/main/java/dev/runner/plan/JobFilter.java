package dev.runner.plan;

import dev.runner.pipeline.Job;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The jobs a person asks for, with all that they need. */
final class JobFilter {
    private final Map<String, JobGroup> byId = new HashMap<>();
    private final Map<String, List<String>> only = new HashMap<>();
    private final Set<String> whole = new HashSet<>();

    private JobFilter(List<JobGroup> groups) {
        groups.forEach(group -> byId.put(group.id(), group));
    }

    /** The groups wanted, in the same order; a name that is no job and no run is reported. */
    static List<JobGroup> select(List<JobGroup> groups, List<String> names, Diagnostics diagnostics) {
        if (names.isEmpty()) {
            return groups;
        }
        JobFilter filter = new JobFilter(groups);
        for (String name : names) {
            if (!filter.want(name)) {
                Set<String> known = new LinkedHashSet<>();
                groups.forEach(group -> {
                    known.add(group.id());
                    group.runs().forEach(run -> known.add(run.key()));
                });
                diagnostics.unknown(Source.of("--job", name).all(), "job", name, known);
            }
        }
        List<JobGroup> wanted = new ArrayList<>();
        for (JobGroup group : groups) {
            if (filter.whole.contains(group.id())) {
                wanted.add(group);
            } else if (filter.only.containsKey(group.id())) {
                List<String> runs = filter.only.getOrDefault(group.id(), List.of());
                wanted.add(narrow(new JobGroup(group.job(), group.runs(), group.open(), runs)));
            }
        }
        return wanted;
    }

    /** Without the runs that nobody asked for. */
    static JobGroup narrow(JobGroup group) {
        if (group.only().isEmpty()) {
            return group;
        }
        List<JobRun> runs = group.runs().stream()
                .filter(run -> group.only().contains(run.key()) || group.only().contains(run.name()))
                .toList();
        return new JobGroup(group.job(), runs, group.open(), group.only());
    }

    private boolean want(String name) {
        if (byId.containsKey(name)) {
            wantWhole(name);
            return true;
        }
        boolean found = false;
        for (JobGroup group : byId.values()) {
            boolean one = group.runs().stream()
                    .anyMatch(run -> run.key().equals(name) || run.name().equals(name));
            boolean called = group.job().call() != null
                    && group.runs().stream().anyMatch(run -> name.startsWith(run.key() + " / "));
            if (called) {
                // A job of a pipeline that this one calls: it runs with those beside it.
                wantWhole(group.id());
                found = true;
            } else if (one || (group.open() && name.startsWith(group.id() + " ("))) {
                only.computeIfAbsent(group.id(), _ -> new ArrayList<>()).add(name);
                wantNeeds(group.job());
                found = true;
            }
        }
        return found;
    }

    private void wantWhole(String id) {
        JobGroup group = byId.get(id);
        if (group != null && whole.add(id)) {
            wantNeeds(group.job());
        }
    }

    private void wantNeeds(Job job) {
        job.needs().forEach(need -> wantWhole(need.job()));
    }
}
