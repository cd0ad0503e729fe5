package dev.runner.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A plan as a Mermaid flowchart: a node a job, or a subgraph with a node a run. */
final class Mermaid {
    private final StringBuilder out = new StringBuilder("flowchart LR\n");
    private final Map<String, String> nodes = new HashMap<>();

    private Mermaid() {}

    static String write(Plan plan) {
        Mermaid mermaid = new Mermaid();
        plan.groups().forEach(mermaid::group);
        for (Plan.Edge edge : plan.edges()) {
            mermaid.out
                    .append("  ")
                    .append(mermaid.nodes.get(edge.from()))
                    .append(" --> ")
                    .append(mermaid.nodes.get(edge.to()))
                    .append('\n');
        }
        return mermaid.out.toString();
    }

    /** Node names are numbers, since a job's id may be a word of Mermaid, such as {@code end}. */
    private void group(JobGroup group) {
        String node = "job" + (nodes.size() + 1);
        nodes.put(group.id(), node);
        List<JobRun> runs = group.runs();
        if (group.open()) {
            node("  ", node, group.id() + " (…)");
        } else if (runs.size() == 1) {
            node("  ", node, runs.getFirst().name());
        } else {
            out.append("  subgraph ")
                    .append(node)
                    .append("[\"")
                    .append(escape(group.id()))
                    .append("\"]\n");
            for (JobRun run : runs) {
                node("    ", node + "_" + (run.cell().index() + 1), run.name());
            }
            out.append("  end\n");
        }
    }

    private void node(String indent, String node, String label) {
        out.append(indent).append(node).append("[\"").append(escape(label)).append("\"]\n");
    }

    private static String escape(String text) {
        return text.replace("#", "#35;")
                .replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace(">", "#gt;");
    }
}
