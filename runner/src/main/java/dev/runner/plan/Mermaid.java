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
        mermaid.plan(plan, "", "  ");
        return mermaid.out.toString();
    }

    static String write(Plan plan, List<String> stages) {
        Mermaid mermaid = new Mermaid();
        String before = "";
        for (int i = 0; i < stages.size(); i++) {
            int stage = i;
            List<JobGroup> groups = plan.groups().stream()
                    .filter(group -> group.job().start().stage() == stage)
                    .toList();
            if (!groups.isEmpty()) {
                before = mermaid.stage(plan, "stage" + (i + 1), stages.get(i), groups, before);
            }
        }
        mermaid.edges(plan, "", "  ");
        return mermaid.out.toString();
    }

    private String stage(Plan plan, String node, String name, List<JobGroup> groups, String before) {
        subgraph("  ", node, name);
        groups.forEach(group -> group(plan, group, "", "    "));
        out.append("  end\n");
        List<JobGroup> waiting = groups.stream()
                .filter(group -> group.job().start().afterStages())
                .toList();
        if (!before.isEmpty() && waiting.size() == groups.size()) {
            out.append("  ").append(before).append(" --> ").append(node).append('\n');
        } else if (!before.isEmpty()) {
            waiting.forEach(group -> out.append("  ")
                    .append(before)
                    .append(" --> ")
                    .append(nodes.get(group.id()))
                    .append('\n'));
        }
        return node;
    }

    /** @param path the nodes of calling jobs, so that jobs of different pipelines are told apart */
    private void plan(Plan plan, String path, String indent) {
        plan.groups().forEach(group -> group(plan, group, path, indent));
        edges(plan, path, indent);
    }

    private void edges(Plan plan, String path, String indent) {
        for (Plan.Edge edge : plan.edges()) {
            out.append(indent)
                    .append(nodes.get(path + edge.from()))
                    .append(" --> ")
                    .append(nodes.get(path + edge.to()))
                    .append('\n');
        }
    }

    /** Node names are numbers, since a job's id may be a word of Mermaid, such as {@code end}. */
    private void group(Plan plan, JobGroup group, String path, String indent) {
        String node = "job" + (nodes.size() + 1);
        nodes.put(path + group.id(), node);
        List<JobRun> runs = group.runs();
        if (group.open()) {
            node(indent, node, group.id() + " (…)");
        } else if (runs.size() == 1) {
            run(plan, runs.getFirst(), node, indent);
        } else {
            subgraph(indent, node, group.id());
            for (JobRun run : runs) {
                run(plan, run, node + "_" + (run.cell().index() + 1), indent + "  ");
            }
            out.append(indent).append("end\n");
        }
    }

    /** One run: a node, or a subgraph when it runs another pipeline. */
    private void run(Plan plan, JobRun run, String node, String indent) {
        Plan called = plan.called(run);
        if (called == null) {
            node(indent, node, run.job().call() == null ? run.name() : run.name() + " (…)");
            return;
        }
        subgraph(indent, node, run.name());
        plan(called, node + "/", indent + "  ");
        out.append(indent).append("end\n");
    }

    private void subgraph(String indent, String node, String label) {
        out.append(indent)
                .append("subgraph ")
                .append(node)
                .append("[\"")
                .append(escape(label))
                .append("\"]\n");
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
