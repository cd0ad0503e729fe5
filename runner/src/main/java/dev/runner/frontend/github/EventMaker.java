package dev.runner.frontend.github;

import dev.runner.expression.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes events, with payloads as GitHub's webhooks send them, from what a repository knows; a payload that is given is
 * taken as it is, and what it says counts.
 */
final class EventMaker {
    private final Repository repository;
    private final PayloadParts parts;
    private final Triggers triggers;

    EventMaker(Repository repository, String server, Triggers triggers) {
        this.repository = repository;
        this.parts = new PayloadParts(repository, server);
        this.triggers = triggers;
    }

    Event make(Event.Wish wish) {
        String wished = wish.name();
        String name = wished == null ? usual() : wished;
        Value.Obj payload = wish.payload();
        return switch (name) {
            case "push" -> push(wish);
            case "pull_request", "pull_request_target" -> pullRequest(name, wish);
            case "release" -> release(wish);
            case "create", "delete" -> created(name, wish);
            default -> {
                String action = payload == null ? triggers.firstType(name) : text(payload, "action");
                String ref = wish.ref() == null ? current(name) : wish.ref();
                Map<String, Value> entries = new LinkedHashMap<>();
                if (action != null && !action.isEmpty()) {
                    entries.put("action", Value.of(action));
                }
                subject(name, entries);
                Value.Obj made = payload == null ? parts.whole(entries) : payload;
                yield new Event(name, action, made, ref, commit(ref), Event.Branches.NONE, null);
            }
        };
    }

    /** The event that is meant when none is named: a push, unless the workflow does not know it. */
    private String usual() {
        List<String> known = triggers.names();
        return known.contains("push") || known.isEmpty() ? "push" : known.getFirst();
    }

    /** Manual and called runs are of the branch or tag at hand; all else happens on the default branch. */
    private String current(String event) {
        boolean here = event.equals("workflow_dispatch") || event.equals("workflow_call");
        return here ? here() : "refs/heads/" + repository.defaultBranch();
    }

    private String here() {
        if (repository.branch() != null) {
            return "refs/heads/" + repository.branch();
        }
        return repository.tag() == null ? "refs/heads/" + repository.defaultBranch() : "refs/tags/" + repository.tag();
    }

    private String commit(String ref) {
        String id = repository.resolve(ref);
        return id == null ? repository.head() : id;
    }

    private Event push(Event.Wish wish) {
        Value.Obj given = wish.payload();
        if (given != null) {
            String ref = wish.ref() == null ? text(given, "ref") : wish.ref();
            String after = text(given, "after");
            return new Event(
                    "push", null, given, ref, after, Event.Branches.NONE, changed(given, text(given, "before"), after));
        }
        String ref = wish.ref() == null ? here() : wish.ref();
        String after = commit(ref);
        String before = ref.startsWith("refs/tags/") ? null : repository.before(ref, after);
        List<Repository.Change> changes = repository.changes(before, after);
        List<Value> commits = new ArrayList<>();
        repository.revisions(before, after).forEach(revision -> commits.add(parts.commit(revision)));
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("ref", Value.of(ref));
        entries.put("before", Value.of(before == null ? Repository.NONE : before));
        entries.put("after", Value.of(after));
        entries.put("created", Value.of(before == null));
        entries.put("deleted", Value.of(false));
        entries.put("forced", Value.of(false));
        entries.put("base_ref", Value.NULL);
        entries.put("compare", Value.of(parts.compare(before, after)));
        entries.put("commits", new Value.Arr(commits));
        Repository.Revision head = repository.revision(after);
        entries.put("head_commit", head == null ? Value.NULL : parts.commit(head));
        entries.put("pusher", parts.pusher());
        return new Event(
                "push",
                null,
                parts.whole(entries),
                ref,
                after,
                Event.Branches.NONE,
                changes == null
                        ? null
                        : changes.stream().map(Repository.Change::path).toList());
    }

    /** The paths of a push that is given: by the repository if it has both commits, else those that the payload lists. */
    private @Nullable List<String> changed(Value.Obj push, String before, String after) {
        if (repository.revision(after) != null && repository.revision(before) != null) {
            List<Repository.Change> changes = repository.changes(before, after);
            return changes == null
                    ? null
                    : changes.stream().map(Repository.Change::path).toList();
        }
        if (!(push.get("commits") instanceof Value.Arr(List<Value> commits))) {
            return null;
        }
        List<String> paths = new ArrayList<>();
        for (Value commit : commits) {
            for (String kind : List.of("added", "modified", "removed")) {
                if (commit instanceof Value.Obj entries && entries.get(kind) instanceof Value.Arr(List<Value> files)) {
                    files.forEach(file -> paths.add(file.text()));
                }
            }
        }
        return paths;
    }

    private Event pullRequest(String name, Event.Wish wish) {
        Value.Obj given = wish.payload();
        String ref = wish.ref() == null ? here() : wish.ref();
        String head = ref.replaceFirst("^refs/(heads|tags)/", "");
        String base = repository.defaultBranch();
        String sha = commit(ref);
        String action = triggers.firstType(name);
        int number = 1;
        if (given != null) {
            action = text(given, "action");
            Value.Obj request = PayloadParts.object(given.get("pull_request"));
            Value.Obj headSide = PayloadParts.object(request.get("head"));
            head = text(headSide, "ref");
            base = text(PayloadParts.object(request.get("base")), "ref");
            sha = text(headSide, "sha").isEmpty() ? sha : text(headSide, "sha");
            number = (int) PayloadParts.number(given, "number", 1);
        }
        String baseCommit = repository.resolve("refs/remotes/origin/" + base);
        baseCommit = baseCommit == null ? repository.resolve("refs/heads/" + base) : baseCommit;
        String from = baseCommit == null ? null : repository.mergeBase(baseCommit, sha);
        List<Repository.Change> changes = from == null ? null : repository.changes(from, sha);
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("action", Value.of(action));
        entries.put("number", Value.of(number));
        entries.put("pull_request", parts.pullRequest(number, head, sha, base, baseCommit));
        boolean target = name.equals("pull_request_target");
        return new Event(
                name,
                action,
                given == null ? parts.whole(entries) : given,
                target ? "refs/heads/" + base : "refs/pull/" + number + "/merge",
                target && baseCommit != null ? baseCommit : sha,
                new Event.Branches(base, head),
                changes == null
                        ? null
                        : changes.stream().map(Repository.Change::path).toList());
    }

    private Event release(Event.Wish wish) {
        Value.Obj given = wish.payload();
        String tag = repository.tag() == null ? "v1.0.0" : repository.tag();
        String action = triggers.firstType("release");
        if (given != null) {
            action = text(given, "action");
            tag = text(PayloadParts.object(given.get("release")), "tag_name");
        } else if (wish.ref() != null) {
            tag = wish.ref().replaceFirst("^refs/tags/", "");
        }
        String ref = "refs/tags/" + tag;
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("action", Value.of(action));
        entries.put("release", parts.release(tag, "prereleased".equals(action)));
        Value.Obj payload = given == null ? parts.whole(entries) : given;
        return new Event("release", action, payload, ref, commit(ref), Event.Branches.NONE, null);
    }

    private Event created(String name, Event.Wish wish) {
        String ref = wish.ref() == null ? here() : wish.ref();
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("ref", Value.of(ref.replaceFirst("^refs/(heads|tags)/", "")));
        entries.put("ref_type", Value.of(ref.startsWith("refs/tags/") ? "tag" : "branch"));
        entries.put("master_branch", Value.of(repository.defaultBranch()));
        entries.put("description", Value.NULL);
        entries.put("pusher_type", Value.of("user"));
        Value.Obj payload = wish.payload() == null ? parts.whole(entries) : wish.payload();
        String about = name.equals("create") ? ref : "refs/heads/" + repository.defaultBranch();
        return new Event(name, null, payload, about, commit(about), Event.Branches.NONE, null);
    }

    /** What an event of this kind is about, besides the repository. */
    private void subject(String name, Map<String, Value> entries) {
        switch (name) {
            case "schedule" -> entries.put("schedule", Value.of(triggers.firstCron()));
            case "workflow_dispatch" -> {
                entries.put("inputs", Value.NULL);
                entries.put("ref", Value.of(here()));
                entries.put("workflow", Value.of(""));
            }
            case "repository_dispatch" -> {
                entries.put("branch", Value.of(repository.defaultBranch()));
                entries.put("client_payload", Value.of(Map.of()));
            }
            case "issues", "issue_comment" -> {
                entries.put("issue", parts.issue());
                if (name.equals("issue_comment")) {
                    entries.put("comment", parts.comment());
                }
            }
            case "workflow_run" -> entries.put("workflow_run", parts.workflowRun(triggers.firstWorkflow()));
            default -> {}
        }
    }

    static String text(Value.Obj object, String key) {
        Value value = object.get(key);
        return value == null ? "" : value.text();
    }
}
