package dev.runner.frontend.gitlab;

import com.google.re2j.Pattern;
import dev.runner.source.Span;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code only} and {@code except}. A job without either, and without rules, is for branches and tags. */
final class Policy {
    private static final List<String> DEFAULT = List.of("branches", "tags");
    private static final Map<String, List<String>> SOURCES = Map.ofEntries(
            Map.entry("pushes", List.of("push")),
            Map.entry("web", List.of("web")),
            Map.entry("triggers", List.of("trigger")),
            Map.entry("schedules", List.of("schedule")),
            Map.entry("api", List.of("api")),
            Map.entry("external", List.of("external")),
            Map.entry("pipelines", List.of("pipeline")),
            Map.entry("chat", List.of("chat")),
            Map.entry("external_pull_requests", List.of("external_pull_request_event")));

    private final GitLabEvent event;
    private final Rules rules;
    private final Map<String, String> variables;

    Policy(GitLabEvent event, Rules rules, Map<String, String> variables) {
        this.event = event;
        this.rules = rules;
        this.variables = variables;
    }

    boolean admits(@Nullable Node only, @Nullable Node except) {
        return admitted(only) && !excepted(except);
    }

    /** All that {@code only} names must hold. */
    private boolean admitted(@Nullable Node only) {
        if (only == null) {
            return anyRef(DEFAULT);
        }
        if (!(only instanceof Node.Fields fields)) {
            return anyRef(Node.texts(only));
        }
        Node refs = fields.present("refs");
        return (refs == null ? anyRef(DEFAULT) : anyRef(Node.texts(refs)))
                && (fields.present("variables") == null || anyCondition(fields.get("variables")))
                && (fields.present("changes") == null || rules.changes(fields.get("changes")))
                && fields.present("kubernetes") == null;
    }

    /** One of what {@code except} names is enough. There is no cluster here. */
    private boolean excepted(@Nullable Node except) {
        if (except == null) {
            return false;
        }
        if (!(except instanceof Node.Fields fields)) {
            return anyRef(Node.texts(except));
        }
        return fields.present("refs") != null && anyRef(Node.texts(fields.get("refs")))
                || fields.present("variables") != null && anyCondition(fields.get("variables"))
                || fields.present("changes") != null && rules.changes(fields.get("changes"));
    }

    private boolean anyCondition(@Nullable Node node) {
        List<Node> all =
                node instanceof Node.Items(Span _, List<Node> items) ? items : node == null ? List.of() : List.of(node);
        for (Node one : all) {
            String text = Node.textOf(one);
            try {
                if (text != null && Condition.parse(text).holds(variables)) {
                    return true;
                }
            } catch (Condition.SyntaxException e) {
                continue;
            }
        }
        return false;
    }

    private boolean anyRef(List<String> patterns) {
        return patterns.stream().anyMatch(this::isRef);
    }

    private boolean isRef(String written) {
        int at = written.startsWith("/") ? written.indexOf('@', written.lastIndexOf('/')) : written.indexOf('@');
        String pattern = at < 0 ? written : written.substring(0, at);
        if (at >= 0 && !written.substring(at + 1).equals(event.project().path())) {
            return false;
        }
        boolean merge = event.isMergeRequest();
        List<String> sources = SOURCES.get(pattern);
        if (sources != null) {
            return sources.contains(event.source());
        }
        return switch (pattern) {
            case "branches" -> !merge && !event.isTag();
            case "tags" -> event.isTag();
            case "merge_requests" -> merge;
            default -> !merge && named(pattern);
        };
    }

    private boolean named(String pattern) {
        Pattern regex = pattern.startsWith("/") ? Condition.compile(pattern) : null;
        return regex == null
                ? pattern.equals(event.refName())
                : regex.matcher(event.refName()).find();
    }
}
