package dev.runner.frontend.gitlab;

import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration with includes, {@code extends} and references worked out, and checked.
 *
 * @param written all of it before {@code extends} and references are worked out
 * @param defaults what {@code default} and the older keywords at the root give to each job
 * @param jobs visible jobs by name, in order
 * @param hidden names of entries that begin with a point
 */
record Configuration(
        Node.Fields root,
        Node.Fields written,
        List<String> stages,
        Node.Fields defaults,
        Map<String, Node.Field> jobs,
        Set<String> hidden,
        List<Source> sources) {
    static final String PRE = ".pre";
    static final String POST = ".post";
    private static final List<String> STAGES = List.of("build", "test", "deploy");
    private static final List<String> OLD_DEFAULTS =
            List.of("image", "services", "before_script", "after_script", "cache");

    /** Reads all of it; faults are collected. Null when there is nothing to read. */
    static @Nullable Configuration load(
            Source source, GitLabProject project, GitLabEvent event, Map<String, String> variables, Faults faults) {
        Includes includes = new Includes(variables, faults);
        Map<String, Node.Field> inputs = new LinkedHashMap<>();
        event.given().inputs().forEach((name, text) -> {
            Span span = Source.of("--input", name + "=" + text).all();
            inputs.put(name, new Node.Field(span, Yaml11.scalar(text, span)));
        });
        Node.Fields merged = includes.load(source, project, inputs);
        if (merged == null) {
            if (!faults.any()) {
                faults.error(source.all(), "Please provide content of .gitlab-ci.yml");
            }
            return null;
        }
        Node.Fields root = References.apply(Extends.apply(merged, faults), faults);
        return new Reader(root, merged, faults).read(includes.sources());
    }

    /** Takes the root apart and checks each part. */
    private static final class Reader {
        private final Node.Fields root;
        private final Node.Fields written;
        private final Faults faults;
        private final Shapes shapes;

        Reader(Node.Fields root, Node.Fields written, Faults faults) {
            this.root = root;
            this.written = written;
            this.faults = faults;
            this.shapes = new Shapes(faults);
        }

        Configuration read(List<Source> sources) {
            Map<String, Node.Field> jobs = new LinkedHashMap<>();
            Set<String> hidden = new LinkedHashSet<>();
            root.fields().forEach((name, field) -> {
                if (name.startsWith(".")) {
                    hidden.add(name);
                } else if (!Words.ROOT.contains(name)) {
                    job(name, field, jobs);
                }
            });
            if (jobs.isEmpty() && root.fields().keySet().stream().noneMatch(this::isJob)) {
                faults.error(
                        root.span(), "jobs config should contain at least one visible job", "add one with a script");
            }
            shapes.variables("variables", root.get("variables"), true);
            workflow();
            List<String> stages = stages();
            return new Configuration(root, written, stages, defaults(), jobs, hidden, sources);
        }

        private boolean isJob(String name) {
            return !name.startsWith(".") && !Words.ROOT.contains(name);
        }

        private void job(String name, Node.Field field, Map<String, Node.Field> jobs) {
            if (field.value() instanceof Node.Fields job) {
                new JobCheck(shapes, name).check(field, job);
                jobs.put(name, field);
            } else {
                String near = dev.runner.source.NearNames.nearest(name, Words.ROOT);
                faults.error(
                        field.key(),
                        "jobs " + name + " config should implement the script:, run:, or trigger: keyword",
                        near == null ? "a job is a hash with a script" : "did you mean '" + near + "'?");
            }
        }

        private List<String> stages() {
            List<String> all = new ArrayList<>(List.of(PRE));
            Node written = root.present("stages") != null ? root.get("stages") : root.get("types");
            shapes.texts("stages config", written);
            List<String> named = Node.texts(written);
            (named.isEmpty() ? STAGES : named)
                    .stream()
                            .filter(stage -> !stage.equals(PRE) && !stage.equals(POST) && !all.contains(stage))
                            .forEach(all::add);
            all.add(POST);
            return List.copyOf(new LinkedHashSet<>(all));
        }

        private Node.Fields defaults() {
            Node node = root.present("default");
            Node.Fields fields = new Node.Fields(root.span(), Map.of());
            if (node != null && shapes.hash("default", node) instanceof Node.Fields written) {
                JobCheck.checkDefault(shapes, written);
                fields = written;
            }
            Map<String, Node.Field> old = new LinkedHashMap<>();
            for (String key : OLD_DEFAULTS) {
                Node.Field field = root.fields().get(key);
                if (field != null && !Node.isNull(field.value())) {
                    if (fields.present(key) != null) {
                        faults.error(
                                field.key(), key + " config defined in both root and `default:`", "keep one of them");
                    }
                    old.put(key, field);
                }
            }
            Node.Fields older = new Node.Fields(root.span(), old);
            new SettingCheck(shapes).shared("root", older);
            Map<String, Node.Field> all = new LinkedHashMap<>(old);
            all.putAll(fields.fields());
            return new Node.Fields(fields.span(), all);
        }

        private void workflow() {
            Node node = root.present("workflow");
            if (node == null || !(shapes.hash("workflow", node) instanceof Node.Fields workflow)) {
                return;
            }
            shapes.keys("workflow", workflow, new java.util.TreeSet<>(Words.WORKFLOW));
            shapes.text("workflow name", workflow.get("name"));
            if (workflow.present("rules") instanceof Node.Items(Span _, List<Node> rules)) {
                for (Node rule : Rules.flat(rules)) {
                    if (shapes.hash("workflow:rules:rule", rule) instanceof Node.Fields fields) {
                        new RuleCheck(shapes, "workflow:rules:rule", Words.WORKFLOW_RULE, List.of("always", "never"))
                                .check(fields);
                    }
                }
            } else if (workflow.present("rules") instanceof Node rules) {
                shapes.error(rules, "workflow:rules config should be an array of hashes");
            }
            if (workflow.present("auto_cancel") instanceof Node cancel
                    && shapes.hash("workflow:auto_cancel", cancel) instanceof Node.Fields fields) {
                shapes.keys("workflow:auto_cancel", fields, List.of("on_new_commit", "on_job_failure"));
                shapes.oneOf(
                        "workflow:auto_cancel on new commit",
                        fields.get("on_new_commit"),
                        List.of("conservative", "interruptible", "none"));
                shapes.oneOf(
                        "workflow:auto_cancel on job failure", fields.get("on_job_failure"), List.of("none", "all"));
            }
        }
    }

    /** The {@code rules} of {@code workflow}, or null. */
    @Nullable
    List<Node> workflowRules() {
        return root.present("workflow") instanceof Node.Fields workflow
                        && workflow.present("rules") instanceof Node.Items(Span _, List<Node> rules)
                ? rules
                : null;
    }
}
