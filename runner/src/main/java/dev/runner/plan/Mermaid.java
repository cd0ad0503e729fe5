package dev.runner.plan;

/** A plan as a Mermaid flowchart. */
final class Mermaid {
    private Mermaid() {}

    static String write(Plan plan) {
        throw new UnsupportedOperationException(plan.toString());
    }
}
