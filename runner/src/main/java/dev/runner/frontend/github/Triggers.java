package dev.runner.frontend.github;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a workflow says under {@code on}, and which events it so runs for. */
final class Triggers {
    /** What an event with activity types runs for when none are written; all of them for events that are not here. */
    private static final Map<String, List<String>> DEFAULT_TYPES = Map.of(
            "pull_request", List.of("opened", "synchronize", "reopened"),
            "pull_request_target", List.of("opened", "synchronize", "reopened"));

    private static final Map<String, String> FIRST_TYPES = Map.ofEntries(
            Map.entry("pull_request", "opened"),
            Map.entry("pull_request_target", "opened"),
            Map.entry("release", "published"),
            Map.entry("issues", "opened"),
            Map.entry("issue_comment", "created"),
            Map.entry("pull_request_review", "submitted"),
            Map.entry("pull_request_review_comment", "created"),
            Map.entry("discussion", "created"),
            Map.entry("discussion_comment", "created"),
            Map.entry("check_run", "completed"),
            Map.entry("check_suite", "completed"),
            Map.entry("label", "created"),
            Map.entry("milestone", "created"),
            Map.entry("merge_group", "checks_requested"),
            Map.entry("registry_package", "published"),
            Map.entry("watch", "started"),
            Map.entry("workflow_run", "completed"));

    private static final List<List<String>> EXCLUSIVE = List.of(
            List.of("branches", "branches-ignore"), List.of("tags", "tags-ignore"), List.of("paths", "paths-ignore"));

    private final Map<String, Token> events = new LinkedHashMap<>();

    Triggers(@Nullable Token on) {
        switch (on) {
            case Token.Text one -> events.put(one.value(), new Token.Nothing(one.span()));
            case Token.Items items ->
                items.items().forEach(item -> events.put(item.literal(), new Token.Nothing(item.span())));
            case Token.Fields fields ->
                fields.fields().forEach(field -> events.put(field.key().literal(), field.value()));
            case null, default -> {}
        }
    }

    /** The events, as written. */
    List<String> names() {
        return List.copyOf(events.keySet());
    }

    /** What is written of an event; null when the workflow does not know it, or says nothing of it. */
    Token.@Nullable Fields details(String event) {
        return events.get(event) instanceof Token.Fields fields ? fields : null;
    }

    /** Patterns that cannot be read, and filters that exclude each other. */
    void check(Faults faults) {
        events.forEach((name, token) -> {
            if (token instanceof Token.Fields fields) {
                for (List<String> pair : EXCLUSIVE) {
                    Token second = fields.get(pair.get(1));
                    if (fields.get(pair.getFirst()) != null && second != null) {
                        faults.add(
                                second,
                                "you may only define one of `" + pair.getFirst() + "` and `" + pair.get(1)
                                        + "` for a single event",
                                "write `!` in front of what the first list shall not have");
                    }
                    for (String key : pair) {
                        texts(fields.get(key)).forEach(pattern -> {
                            String fault = FilterPattern.fault(pattern.value());
                            if (fault != null) {
                                faults.add(pattern, fault);
                            }
                        });
                    }
                }
            }
        });
        Token.Fields dispatch = details("workflow_dispatch");
        if (dispatch != null) {
            dispatch.fields().stream()
                    .filter(field -> !field.key().literal().equals("inputs"))
                    .forEach(field -> faults.warn(
                            field.key().span(),
                            "'" + field.key().literal() + "' means nothing here, and GitHub ignores it",
                            "'workflow_dispatch' has 'inputs' only"));
        }
        if (events.get("schedule") instanceof Token.Items schedules) {
            schedules.items().forEach(schedule -> Cron.check(schedule, faults));
        }
    }

    private static List<Token.Text> texts(@Nullable Token token) {
        List<Token.Text> texts = new ArrayList<>();
        switch (token) {
            case Token.Text one -> texts.add(one);
            case Token.Items items ->
                items.items().forEach(item -> {
                    if (item instanceof Token.Text text) {
                        texts.add(text);
                    }
                });
            case null, default -> {}
        }
        return texts;
    }

    private List<String> words(String event, String key) {
        Token.Fields fields = details(event);
        return fields == null
                ? List.of()
                : texts(fields.get(key)).stream().map(Token.Text::value).toList();
    }

    /** The activity that an event is made with when nobody says which; null for events without activities. */
    @Nullable
    String firstType(String event) {
        List<String> written = words(event, "types");
        String usual = FIRST_TYPES.get(event);
        boolean usualIsFine = written.isEmpty() || (usual != null && written.contains(usual));
        return usualIsFine ? usual : written.getFirst();
    }

    String firstCron() {
        return events.get("schedule") instanceof Token.Items items
                        && !items.items().isEmpty()
                        && items.items().getFirst() instanceof Token.Fields fields
                        && fields.get("cron") instanceof Token.Text cron
                ? cron.value()
                : "0 0 * * *";
    }

    String firstWorkflow() {
        List<String> workflows = words("workflow_run", "workflows");
        return workflows.isEmpty() ? "" : workflows.getFirst();
    }

    /** Why the workflow does not run for an event, or null when it does. */
    @Nullable
    String refusal(Event event) {
        String name = event.name();
        if (!events.containsKey(name)) {
            return "it runs on " + String.join(", ", events.keySet()) + ", not on " + name;
        }
        String type = typeRefusal(event);
        if (type != null) {
            return type;
        }
        String ref = name.equals("push") ? pushRefusal(event) : baseRefusal(event);
        if (ref != null) {
            return ref;
        }
        boolean hasPaths = (name.equals("push") && !event.isTag()) || event.isPullRequest();
        return hasPaths ? pathRefusal(event) : null;
    }

    private @Nullable String typeRefusal(Event event) {
        List<String> wanted = words(event.name(), "types");
        if (wanted.isEmpty()) {
            wanted = DEFAULT_TYPES.getOrDefault(event.name(), List.of());
        }
        if (wanted.isEmpty() || event.action() == null || wanted.contains(event.action())) {
            return null;
        }
        return "it runs on " + event.name() + " for the types " + String.join(", ", wanted) + ", not for '"
                + event.action() + "'";
    }

    /** With filters of branches only, no tag is wanted, and the other way round. */
    private @Nullable String pushRefusal(Event event) {
        boolean branchFilter = has("push", "branches");
        boolean tagFilter = has("push", "tags");
        String key = event.isTag() ? "tags" : "branches";
        boolean own = event.isTag() ? tagFilter : branchFilter;
        if (!own) {
            return event.isTag()
                    ? branchFilter ? "it runs for branches only, not for the tag '" + event.refName() + "'" : null
                    : tagFilter ? "it runs for tags only, not for the branch '" + event.refName() + "'" : null;
        }
        return refRefusal("push", key, event.refName());
    }

    private @Nullable String baseRefusal(Event event) {
        String branch = event.isPullRequest()
                ? event.branches().base()
                : event.name().equals("workflow_run")
                        ? EventMaker.text(PayloadParts.object(event.payload().get("workflow_run")), "head_branch")
                        : event.name().equals("merge_group") ? event.refName() : null;
        return branch == null ? null : refRefusal(event.name(), "branches", branch);
    }

    private boolean has(String event, String key) {
        Token.Fields fields = details(event);
        return fields != null && (fields.get(key) != null || fields.get(key + "-ignore") != null);
    }

    private @Nullable String refRefusal(String event, String key, String name) {
        Token.Fields fields = details(event);
        if (fields == null) {
            return null;
        }
        String kind = key.equals("tags") ? "tag" : "branch";
        if (fields.get(key) != null && !FilterPattern.wants(patterns(event, key), name)) {
            return "the " + kind + " '" + name + "' is not wanted by '" + key + "': " + listed(words(event, key));
        }
        List<FilterPattern> ignored = patterns(event, key + "-ignore");
        return FilterPattern.wants(ignored, name)
                ? "the " + kind + " '" + name + "' is ignored by '" + key + "-ignore': "
                        + listed(words(event, key + "-ignore"))
                : null;
    }

    private List<FilterPattern> patterns(String event, String key) {
        return words(event, key).stream().map(FilterPattern::parse).toList();
    }

    /** Without a list of changed files, a run is the safe answer, and GitHub's. */
    private @Nullable String pathRefusal(Event event) {
        Token.Fields fields = details(event.name());
        List<String> changed = event.changed();
        if (fields == null || changed == null) {
            return null;
        }
        List<FilterPattern> wanted = patterns(event.name(), "paths");
        if (fields.get("paths") != null && changed.stream().noneMatch(path -> FilterPattern.wants(wanted, path))) {
            return "no changed file is wanted by 'paths': " + listed(words(event.name(), "paths"));
        }
        List<FilterPattern> ignored = patterns(event.name(), "paths-ignore");
        boolean all = fields.get("paths-ignore") != null
                && changed.stream().allMatch(path -> FilterPattern.wants(ignored, path));
        return all
                ? "every changed file is ignored by 'paths-ignore': " + listed(words(event.name(), "paths-ignore"))
                : null;
    }

    private static String listed(List<String> words) {
        return String.join(", ", words);
    }

    /** Whether a workflow may be called by others. */
    boolean isCallable() {
        return events.containsKey("workflow_call");
    }

    Set<String> all() {
        return events.keySet();
    }
}
