package dev.runner.cli;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.Miss;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --explain}: which steps were taken from a cache, and why the others were not. */
final class Explanation implements BuildListener {
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    @Override
    public void on(BuildEvent event) {
        if (event instanceof BuildEvent.VertexStarted(String id, String name)) {
            names.put(id, name);
        } else if (event instanceof BuildEvent.VertexFinished finished) {
            finished(finished);
        }
    }

    private void finished(BuildEvent.VertexFinished finished) {
        String name = names.getOrDefault(finished.id(), finished.id());
        Miss miss = finished.miss();
        if (finished.cached()) {
            lines.add("  hit   " + name);
        } else if (miss != null) {
            lines.add("  miss  " + name);
            if (miss.changes().isEmpty()) {
                lines.add("          " + miss.text());
            }
            miss.changes().forEach(change -> lines.add("          " + change));
            if (miss.more() > 0) {
                lines.add("          and " + miss.more() + " more");
            }
        }
    }

    void print(PrintWriter out) {
        out.println("why steps ran:");
        lines.forEach(out::println);
        out.flush();
    }
}
