package dev.runner.frontend.github;

import dev.runner.expression.Expression;
import dev.runner.expression.NamedReference;
import dev.runner.expression.Template;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is odd in a workflow that GitHub takes: each finding is a warning. */
final class Lint {
    /** What anybody who opens an issue or a pull request decides; {@code *} is any segment. */
    private static final List<Pattern> UNTRUSTED = List.of(
            Pattern.compile("github\\.event\\.(issue|pull_request|discussion)\\.(title|body)"),
            Pattern.compile("github\\.event\\.(comment|review|review_comment)\\.body"),
            Pattern.compile("github\\.event\\.pages\\.[^.]+\\.page_name"),
            Pattern.compile("github\\.event\\.commits\\.[^.]+\\.(message|author\\.(email|name))"),
            Pattern.compile("github\\.event\\.head_commit\\.(message|author\\.(email|name))"),
            Pattern.compile("github\\.event\\.pull_request\\.head\\.(ref|label|repo\\.default_branch)"),
            Pattern.compile(
                    "github\\.event\\.workflow_run\\.(head_branch|head_commit\\.(message|author\\.(email|name)))"),
            Pattern.compile("github\\.head_ref"));

    private static final Pattern DEPRECATED = Pattern.compile("::(set-output|save-state|add-path|set-env)\\b");
    private static final Map<String, String> INSTEAD = Map.of(
            "set-output", "echo \"name=value\" >> \"$GITHUB_OUTPUT\"",
            "save-state", "echo \"name=value\" >> \"$GITHUB_STATE\"",
            "add-path", "echo \"folder\" >> \"$GITHUB_PATH\"",
            "set-env", "echo \"NAME=value\" >> \"$GITHUB_ENV\"");

    private static final Pattern MAJOR = Pattern.compile("(.+)@v(\\d+)(?:\\.\\d+)*");

    /** The oldest major version whose Node GitHub's machines still have. */
    private static final Map<String, Integer> OLDEST = Map.ofEntries(
            Map.entry("actions/checkout", 4),
            Map.entry("actions/cache", 4),
            Map.entry("actions/upload-artifact", 4),
            Map.entry("actions/download-artifact", 4),
            Map.entry("actions/setup-java", 4),
            Map.entry("actions/setup-node", 4),
            Map.entry("actions/setup-python", 5),
            Map.entry("actions/setup-go", 5),
            Map.entry("actions/github-script", 7),
            Map.entry("docker/setup-qemu-action", 3),
            Map.entry("docker/setup-buildx-action", 3),
            Map.entry("docker/login-action", 3),
            Map.entry("docker/metadata-action", 5),
            Map.entry("docker/build-push-action", 5),
            Map.entry("docker/bake-action", 4));

    private final Workflow workflow;
    private final Diagnostics found = new Diagnostics();

    private Lint(Workflow workflow) {
        this.workflow = workflow;
    }

    static List<Diagnostic> of(Workflow workflow) {
        Lint lint = new Lint(workflow);
        lint.all();
        return lint.found.sorted();
    }

    private void all() {
        NameLint names = new NameLint(workflow, found);
        workflow.root().fields().stream()
                .filter(field -> !field.key().literal().equals("jobs"))
                .forEach(field -> names.check(field.value(), null, 0));
        for (Workflow.Job job : workflow.jobs()) {
            job(job, names);
        }
    }

    private void job(Workflow.Job job, NameLint names) {
        for (Token.Field field : job.fields().fields()) {
            boolean after = field.key().literal().equals("outputs")
                    || field.key().literal().equals("environment");
            if (!field.key().literal().equals("steps")) {
                names.check(field.value(), job, after ? Integer.MAX_VALUE : 0);
            }
        }
        names.check(job.condition(), job, 0);
        needs(job);
        credentials(job);
        for (int index = 0; index < job.steps().size(); index++) {
            Workflow.Step step = job.steps().get(index);
            for (Token.Field field : step.fields().fields()) {
                names.check(field.value(), job, index);
            }
            names.check(step.condition(), job, index);
            script(step);
            action(step);
        }
    }

    /** A need that another need waits for anyway, and whose results nobody reads. */
    private void needs(Workflow.Job job) {
        Set<String> read = new HashSet<>();
        references(job).forEach(reference -> {
            if (reference.root().equals("needs")) {
                read.add(reference.path().size() > 1 ? reference.path().get(1).toLowerCase(Locale.ROOT) : "*");
            }
        });
        for (Token.Text need : job.needs()) {
            String name = need.value().toLowerCase(Locale.ROOT);
            boolean unread = !read.contains(name) && !read.contains("*");
            for (Token.Text other : unread ? job.needs() : List.<Token.Text>of()) {
                if (!other.value().equalsIgnoreCase(name)
                        && ancestors(other.value(), new HashSet<>()).contains(name)) {
                    found.warning(
                            need.span(),
                            "this need is of no use: '" + other.value() + "' waits for '" + need.value()
                                    + "' anyway, and nothing reads its results",
                            "remove it");
                    break;
                }
            }
        }
    }

    private Set<String> ancestors(String id, Set<String> into) {
        for (Workflow.Job job : workflow.jobs()) {
            if (job.id().value().equalsIgnoreCase(id)) {
                for (Token.Text need : job.needs()) {
                    if (into.add(need.value().toLowerCase(Locale.ROOT))) {
                        ancestors(need.value(), into);
                    }
                }
            }
        }
        return into;
    }

    private static List<NamedReference> references(Workflow.Job job) {
        List<NamedReference> references = new ArrayList<>();
        collect(job.fields(), references);
        List<Expression> conditions = new ArrayList<>();
        if (job.condition() != null) {
            conditions.add(job.condition());
        }
        job.steps().forEach(step -> {
            if (step.condition() != null) {
                conditions.add(step.condition());
            }
        });
        conditions.forEach(condition -> references.addAll(condition.references()));
        return references;
    }

    static void collect(Token token, List<NamedReference> references) {
        switch (token) {
            case Token.Computed(Template template, Span _) -> references.addAll(template.references());
            case Token.Items items -> items.items().forEach(item -> collect(item, references));
            case Token.Fields fields ->
                fields.fields().forEach(field -> {
                    collect(field.key(), references);
                    collect(field.value(), references);
                });
            case Token.Text _, Token.Number _, Token.Truth _, Token.Nothing _, Token.Insert _ -> {}
        }
    }

    private void credentials(Workflow.Job job) {
        List<Token> containers = new ArrayList<>();
        if (job.fields().get("container") instanceof Token.Fields container) {
            containers.add(container);
        }
        if (job.fields().get("services") instanceof Token.Fields services) {
            services.fields().forEach(field -> containers.add(field.value()));
        }
        for (Token container : containers) {
            if (container instanceof Token.Fields fields
                    && fields.get("credentials") instanceof Token.Fields credentials
                    && credentials.get("password") instanceof Token.Text password) {
                found.warning(password.span(), "a password stands in the file", "write ${{ secrets.NAME }} instead");
            }
        }
    }

    private void script(Workflow.Step step) {
        Token run = step.fields().get("run");
        boolean script = step.fields().get("uses") instanceof Token.Text(String uses, Span _)
                && uses.startsWith("actions/github-script@");
        Token with = step.fields().get("with");
        Token text = run != null ? run : script && with instanceof Token.Fields inputs ? inputs.get("script") : null;
        if (text == null) {
            return;
        }
        untrusted(text);
        Matcher old = DEPRECATED.matcher(text.literal());
        if (run != null && old.find()) {
            String command = old.group(1);
            found.warning(
                    run.span(),
                    "the command '" + command + "' is deprecated"
                            + (command.equals("add-path") || command.equals("set-env") ? " and switched off" : ""),
                    "write " + INSTEAD.get(command));
        }
    }

    private void untrusted(Token text) {
        List<NamedReference> references = new ArrayList<>();
        collect(text, references);
        for (NamedReference reference : references) {
            String path = String.join(".", reference.path());
            if (UNTRUSTED.stream().anyMatch(pattern -> pattern.matcher(path).matches())) {
                found.warning(
                        reference.span(),
                        "'" + path + "' may hold anything that a stranger writes, and here it becomes part of a script",
                        "put it into env: and read the variable in the script");
            }
        }
    }

    private void action(Workflow.Step step) {
        if (!(step.fields().get("uses") instanceof Token.Text uses)) {
            return;
        }
        Matcher version = MAJOR.matcher(uses.value());
        if (version.matches() && version.group(2).length() < 4) {
            String name = version.group(1).replaceFirst("^(actions/cache)/.*", "$1");
            Integer oldest = OLDEST.get(name);
            if (oldest != null && Integer.parseInt(version.group(2)) < oldest) {
                found.warning(
                        uses.span(),
                        "'" + uses.value() + "' is too old for the Node that GitHub's machines have",
                        "write " + version.group(1) + "@v" + oldest + " or newer");
            }
        }
    }
}
