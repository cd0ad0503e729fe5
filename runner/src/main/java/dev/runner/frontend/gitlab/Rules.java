package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code rules}: the first one whose clauses all hold decides. */
final class Rules {
    private static final int MOST_COMPARISONS = 50_000;

    private final Faults faults;
    private final GitLabProject project;
    private final Map<String, String> variables;
    private final String place;

    /** @param place such as {@code jobs:build:rules}, for messages */
    Rules(Faults faults, GitLabProject project, Map<String, String> variables, String place) {
        this.faults = faults;
        this.project = project;
        this.variables = variables;
        this.place = place;
    }

    /**
     * What the rule that decides says.
     *
     * @param when null when it says nothing
     */
    record Outcome(Node.Fields rule, @Nullable String when) {}

    /** The first rule that holds, or null when none does. Lists in the list, from references, are flattened. */
    @Nullable
    Outcome first(List<Node> rules) {
        for (Node one : flat(rules)) {
            if (one instanceof Node.Fields rule && holds(rule)) {
                return new Outcome(rule, Node.textOf(rule.present("when")));
            }
        }
        return null;
    }

    static List<Node> flat(List<Node> rules) {
        List<Node> flat = new ArrayList<>();
        for (Node rule : rules) {
            if (rule instanceof Node.Items(Span _, List<Node> inner)) {
                flat.addAll(flat(inner));
            } else {
                flat.add(rule);
            }
        }
        return flat;
    }

    private boolean holds(Node.Fields rule) {
        Node condition = rule.present("if");
        return (condition == null || holdsIf(condition))
                && (rule.present("changes") == null || changes(rule.get("changes")))
                && (rule.present("exists") == null || exists(rule.get("exists")));
    }

    private boolean holdsIf(Node condition) {
        String text = Node.textOf(condition);
        if (text == null) {
            return false;
        }
        try {
            return Condition.parse(text).holds(variables);
        } catch (Condition.SyntaxException e) {
            faults.error(
                    condition.span(),
                    place + ":rule if invalid expression syntax",
                    e.getMessage() + " (at character " + (e.at() + 1) + ")");
            return false;
        }
    }

    /** A pipeline that is about no change, such as a schedule, takes every file as changed. */
    boolean changes(@Nullable Node written) {
        Node paths = written instanceof Node.Fields fields ? fields.get("paths") : written;
        String compareTo = written instanceof Node.Fields fields ? Node.textOf(fields.get("compare_to")) : null;
        List<String> changed = project.changes(compareTo == null ? null : Expansion.expandDeep(compareTo, variables));
        if (changed == null) {
            if (compareTo != null && written != null) {
                faults.warning(
                        written.span(),
                        place + ":rule changes compare_to names " + compareTo
                                + ", with which nothing here can be compared",
                        "fetch it, or every file counts as changed");
            }
            return true;
        }
        return Node.texts(paths).stream()
                .map(glob -> Expansion.expandDeep(glob, variables))
                .anyMatch(glob -> Globs.anyMatches(glob, changed));
    }

    private boolean exists(@Nullable Node written) {
        Node paths = written instanceof Node.Fields fields ? fields.get("paths") : written;
        List<String> files;
        try {
            files = files(written);
        } catch (IOException e) {
            if (written != null) {
                faults.error(written.span(), place + ":rule exists " + e.getMessage());
            }
            return false;
        }
        List<String> globs = Node.texts(paths).stream()
                .map(glob -> Expansion.expandDeep(glob, variables).replaceFirst("^/+", ""))
                .toList();
        boolean patterns = globs.stream().anyMatch(Globs::isPattern);
        if (patterns && (long) files.size() * globs.size() > MOST_COMPARISONS) {
            return true;
        }
        return globs.stream()
                .anyMatch(glob -> glob.endsWith("/")
                        ? files.stream().anyMatch(file -> file.startsWith(glob))
                        : Globs.anyMatches(glob, files));
    }

    private List<String> files(@Nullable Node written) throws IOException {
        String path = written instanceof Node.Fields fields ? Node.textOf(fields.get("project")) : null;
        if (path == null) {
            return project.files();
        }
        String ref = written instanceof Node.Fields fields ? Node.textOf(fields.get("ref")) : null;
        GitLabProject other = project.project(Expansion.expandDeep(path, variables), ref);
        if (other == null) {
            throw new IOException("Project `" + path + "` not found or access denied!");
        }
        return other.files();
    }
}
