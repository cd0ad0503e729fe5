package dev.runner.step.github;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The matchers of a job, the newest first. Safe for several threads. */
final class ProblemMatchers {
    private final CopyOnWriteArrayList<ProblemMatcher> matchers = new CopyOnWriteArrayList<>();

    void add(List<ProblemMatcher> more) {
        for (ProblemMatcher matcher : more) {
            remove(matcher.owner());
            matchers.addFirst(matcher);
        }
    }

    void remove(String owner) {
        matchers.removeIf(matcher -> matcher.owner().equalsIgnoreCase(owner));
    }

    /** Fresh matching by all that are known now; one for each stream of a process. */
    List<ProblemMatcher.Running> start() {
        List<ProblemMatcher.Running> running = new ArrayList<>();
        matchers.forEach(matcher -> running.add(new ProblemMatcher.Running(matcher)));
        return running;
    }

    /** What has changed since a stream took its matchers is taken over; those that stay keep what they have found. */
    void renew(List<ProblemMatcher.Running> running) {
        List<ProblemMatcher> now = List.copyOf(matchers);
        boolean same = running.size() == now.size();
        for (int i = 0; same && i < now.size(); i++) {
            same = running.get(i).runs(now.get(i));
        }
        if (same) {
            return;
        }
        List<ProblemMatcher.Running> old = List.copyOf(running);
        running.clear();
        for (ProblemMatcher matcher : now) {
            running.add(old.stream()
                    .filter(one -> one.runs(matcher))
                    .findFirst()
                    .orElseGet(() -> new ProblemMatcher.Running(matcher)));
        }
    }

    /**
     * The file that a problem names, relative to the workspace; empty when it is not a file of the workspace.
     *
     * @param outside where a path of the process is on this machine
     */
    static String file(ProblemMatcher.Problem problem, Path workspace, java.util.function.UnaryOperator<Path> outside) {
        String written = problem.field("file").strip();
        if (written.isEmpty()) {
            return "";
        }
        Path file = Path.of(written);
        String from = problem.field("fromPath").strip();
        if (!from.isEmpty() && !file.isAbsolute()) {
            Path folder = Path.of(from).getParent();
            file = folder == null ? file : folder.resolve(file);
        }
        file = file.isAbsolute() ? outside.apply(file) : workspace.resolve(file);
        file = file.normalize();
        return file.startsWith(workspace) && Files.exists(file)
                ? workspace.relativize(file).toString()
                : "";
    }
}
