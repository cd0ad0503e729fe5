package dev.runner.step.github;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The summaries that steps write, by job and step. Safe for several threads. */
public final class Summaries {
    /** The most that one step may write, in bytes. */
    static final long LIMIT = 1024 * 1024;
    /** As many of a job's steps as GitHub shows. */
    private static final int SHOWN_STEPS = 20;

    private final Map<String, Map<Integer, String>> byJob = new LinkedHashMap<>();

    /** Adds to what a step has written before. */
    synchronized void add(String job, int step, String markdown) {
        byJob.computeIfAbsent(job, _ -> new TreeMap<>())
                .merge(step, markdown, (before, more) -> before + (before.endsWith("\n") ? "" : "\n") + more);
    }

    public synchronized boolean isEmpty() {
        return byJob.isEmpty();
    }

    /** All of them as Markdown: a heading for each job, its steps' texts in order. */
    public synchronized String markdown() {
        StringBuilder text = new StringBuilder();
        byJob.forEach((job, steps) -> {
            text.append("## ").append(job).append(" summary\n\n");
            steps.values().stream()
                    .limit(SHOWN_STEPS)
                    .forEach(step -> text.append(step.stripTrailing()).append("\n\n"));
        });
        return text.toString();
    }
}
