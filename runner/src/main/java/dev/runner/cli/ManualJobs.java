package dev.runner.cli;

import dev.runner.pipeline.Job;
import dev.runner.pipeline.Step;
import dev.runner.schedule.Inputs;
import dev.runner.schedule.Result;
import dev.runner.schedule.RunResult;
import java.io.Console;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pipeline's jobs that a person starts. */
final class ManualJobs {
    private final List<Job> jobs;

    ManualJobs(List<Job> jobs) {
        this.jobs = List.copyOf(jobs);
    }

    /** The ids of those a person at the terminal wants to start; none without a terminal. */
    Set<String> asked(Inputs inputs) {
        List<String> open = jobs.stream()
                .filter(ManualJobs::isManual)
                .map(Job::id)
                .filter(id ->
                        !inputs.plan().started().contains(id) && !inputs.kept().containsKey(id))
                .toList();
        Console console = open.isEmpty() ? null : System.console();
        if (console == null || !console.isTerminal()) {
            return Set.of();
        }
        while (true) {
            String answer = console.readLine("%s", question(open));
            try {
                return chosen(answer == null ? "" : answer, open);
            } catch (UsageException e) {
                console.printf("%s%n", e.getMessage());
            }
        }
    }

    /**
     * The ids of the jobs that a person names to start them; a job's name stands for all its copies.
     *
     * @param prefix what stands before the names of this pipeline's jobs
     * @throws UsageException when it is no job of the pipeline, and of none that a job of it triggers
     */
    static Set<String> started(List<String> names, List<Job> jobs, String prefix) {
        Set<String> ids = new LinkedHashSet<>();
        for (String name : names) {
            List<String> found = jobs.stream()
                    .map(Job::id)
                    .filter(id -> id.equals(name) || id.startsWith(name + " ") || id.startsWith(name + ": ["))
                    .toList();
            boolean below = jobs.stream()
                    .filter(job -> job.steps().stream().anyMatch(Step.Downstream.class::isInstance))
                    .anyMatch(job -> name.startsWith(job.id() + "/"));
            if (found.isEmpty() && !below) {
                throw new UsageException("--manual names '" + prefix + name + "', which is no job of this pipeline");
            }
            ids.addAll(found);
        }
        return ids;
    }

    static String question(List<String> open) {
        return "Manual jobs: " + String.join(", ", open) + "\nStart which (names with commas between, all, or none)? ";
    }

    /**
     * The jobs an answer names.
     *
     * @throws UsageException when it names one that is not there
     */
    static Set<String> chosen(String answer, List<String> open) {
        String given = answer.strip();
        if (given.isEmpty() || given.equals("none")) {
            return Set.of();
        }
        if (given.equals("all")) {
            return new LinkedHashSet<>(open);
        }
        if (open.contains(given)) {
            return Set.of(given); // Copies have commas in their names.
        }
        Set<String> chosen = new LinkedHashSet<>();
        for (String name : given.split(",")) {
            String one = name.strip();
            if (!open.contains(one)) {
                throw new UsageException("'" + one + "' is no manual job");
            }
            chosen.add(one);
        }
        return chosen;
    }

    private static boolean isManual(Job job) {
        return job.start().cue() instanceof Job.Cue.Manual;
    }

    /**
     * Which manual jobs wait for a person, and whether the pipeline stands still until then; empty when none does.
     *
     * @param prefix what stands before the names of this pipeline's jobs
     */
    String summary(RunResult result, Set<String> started, String prefix) {
        Map<String, RunResult.JobResult> ends = new HashMap<>();
        result.jobs().forEach(one -> ends.put(one.job().id(), one));
        Map<String, Job> waiting = new HashMap<>();
        List<String> names = new ArrayList<>();
        boolean blocked = false;
        for (Job job : jobs) {
            RunResult.JobResult end = ends.get(job.id());
            boolean skipped = end != null && end.result() == Result.SKIPPED;
            if (skipped && isManual(job) && !started.contains(job.id()) && mayStart(job, ends, waiting)) {
                waiting.put(job.id(), job);
                names.add(prefix + job.id());
                blocked |= !isTolerated(job);
            }
        }
        if (names.isEmpty()) {
            return "";
        }
        String flags = String.join(" ", names.stream().map(ManualJobs::flag).toList());
        return (blocked ? "The pipeline is blocked until its manual jobs are started: " : "Manual jobs wait: ")
                + String.join(", ", names) + " (" + flags + " --rerun failed goes on from here)\n";
    }

    private static String flag(String name) {
        return "--manual " + (name.matches("[\\w./:-]+") ? name : "'" + name + "'");
    }

    private static boolean isTolerated(Job job) {
        return job.policy().tolerance().any().otherwise();
    }

    private boolean mayStart(Job job, Map<String, RunResult.JobResult> ends, Map<String, Job> waiting) {
        if (!job.start().afterStages()) {
            return job.needs().stream()
                    .map(need -> ends.get(need.job()))
                    .allMatch(end -> end != null && (end.result() == Result.SUCCESS || end.tolerated()));
        }
        return jobs.stream()
                .filter(other -> other.start().stage() < job.start().stage())
                .allMatch(other -> {
                    RunResult.JobResult end = ends.get(other.id());
                    Job manual = waiting.get(other.id());
                    return end == null
                            || end.result() == Result.SUCCESS
                            || end.tolerated()
                            || manual != null && isTolerated(manual)
                            || manual == null && end.result() == Result.SKIPPED && other.condition() != null;
                });
    }
}
