package dev.runner.frontend.github;

import dev.runner.expression.Value;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The objects that payloads are made of, with the fields that workflows read. */
final class PayloadParts {
    private static final Pattern SHORT_ADDRESS = Pattern.compile("(?:[^@/]+@)?([^:/]+):(?!//)(.+)");

    private final Repository repository;
    private final String server;
    private final String fullName;

    PayloadParts(Repository repository, String server) {
        this.repository = repository;
        this.server = server;
        this.fullName = fullName(repository);
    }

    /** {@code owner/name} of the remote repository's URL; made of the folder's name when there is none. */
    static String fullName(Repository repository) {
        String origin = repository.origin();
        if (origin == null || origin.isBlank()) {
            String name = repository.folder().replaceAll("[^A-Za-z0-9._-]+", "-");
            return "local/" + (name.isEmpty() ? "repository" : name);
        }
        Matcher scp = SHORT_ADDRESS.matcher(origin);
        String path = scp.matches() ? scp.group(2) : origin;
        if (!scp.matches()) {
            try {
                String parsed = URI.create(origin).getPath();
                path = parsed == null ? origin : parsed;
            } catch (IllegalArgumentException e) {
                path = origin;
            }
        }
        String[] names =
                path.replaceFirst("/+$", "").replaceFirst("\\.git$", "").split("/+", -1);
        String name = names[names.length - 1];
        String owner = names.length > 1 && !names[names.length - 2].isEmpty() ? names[names.length - 2] : "local";
        return owner + "/" + name;
    }

    static Value.Obj object(@Nullable Value value) {
        return value instanceof Value.Obj object ? object : new Value.Obj(Map.of());
    }

    static double number(Value.Obj object, String key, double otherwise) {
        Value value = object.get(key);
        return value == null || Double.isNaN(value.number()) ? otherwise : value.number();
    }

    /** A payload: its own entries, then what every payload has. */
    Value.Obj whole(Map<String, Value> own) {
        Map<String, Value> entries = new LinkedHashMap<>(own);
        entries.put("repository", repository());
        entries.put("sender", user());
        return new Value.Obj(entries);
    }

    String fullName() {
        return fullName;
    }

    /** A number that is the same for the same name. */
    static double id(String name) {
        return Math.abs((long) name.hashCode()) + 1;
    }

    private String owner() {
        return fullName.substring(0, fullName.indexOf('/'));
    }

    private String url() {
        return server + "/" + fullName;
    }

    Value repository() {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("id", id(fullName));
        entries.put("name", fullName.substring(fullName.indexOf('/') + 1));
        entries.put("full_name", fullName);
        entries.put("private", false);
        entries.put("owner", account(owner()));
        entries.put("html_url", url());
        entries.put("url", url());
        entries.put("clone_url", url() + ".git");
        entries.put("git_url", url().replaceFirst("^[a-z]+:", "git:") + ".git");
        entries.put("ssh_url", "git@" + server.replaceFirst("^[a-z]+://", "") + ":" + fullName + ".git");
        entries.put("description", null);
        entries.put("fork", false);
        entries.put("default_branch", repository.defaultBranch());
        entries.put("master_branch", repository.defaultBranch());
        entries.put("topics", List.of());
        entries.put("visibility", "public");
        return Value.of(entries);
    }

    private Value account(String login) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("login", login);
        entries.put("name", login);
        entries.put("id", id(login));
        entries.put("type", "User");
        entries.put("html_url", server + "/" + login);
        return Value.of(entries);
    }

    Value user() {
        return account(repository.user().login());
    }

    Value pusher() {
        Repository.Person user = repository.user();
        return Value.of(Map.of("name", user.login(), "email", user.email()));
    }

    String compare(@Nullable String before, String after) {
        return url() + "/compare/" + (before == null ? "" : before.substring(0, 12) + "...")
                + after.substring(0, Math.min(12, after.length()));
    }

    Value commit(Repository.Revision revision) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("id", revision.id());
        entries.put("tree_id", revision.tree());
        entries.put("distinct", true);
        entries.put("message", revision.message());
        entries.put("timestamp", revision.time().toString());
        entries.put("url", url() + "/commit/" + revision.id());
        entries.put("author", person(revision.author()));
        entries.put("committer", person(revision.committer()));
        String parent = revision.parents().isEmpty() ? null : revision.parents().getFirst();
        List<Repository.Change> changes = repository.changes(parent, revision.id());
        for (Repository.Change.Kind kind : Repository.Change.Kind.values()) {
            List<String> paths = new ArrayList<>();
            if (changes != null) {
                changes.stream().filter(change -> change.kind() == kind).forEach(change -> paths.add(change.path()));
            }
            entries.put(kind.name().toLowerCase(java.util.Locale.ROOT), paths);
        }
        return Value.of(entries);
    }

    private static Value person(Repository.Person person) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("name", person.name());
        entries.put("email", person.email());
        entries.put("username", person.login());
        return Value.of(entries);
    }

    Value pullRequest(int number, String head, String sha, String base, @Nullable String baseSha) {
        Repository.Revision revision = repository.revision(sha);
        String message = revision == null ? head : revision.message();
        int end = message.indexOf('\n');
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("id", number);
        entries.put("number", number);
        entries.put("state", "open");
        entries.put("locked", false);
        entries.put("title", end < 0 ? message : message.substring(0, end));
        entries.put("body", end < 0 ? null : message.substring(end).strip());
        entries.put("draft", false);
        entries.put("merged", false);
        entries.put("mergeable", true);
        entries.put("merge_commit_sha", sha);
        entries.put("html_url", url() + "/pull/" + number);
        entries.put("user", user());
        entries.put("labels", List.of());
        entries.put("assignees", List.of());
        entries.put("requested_reviewers", List.of());
        entries.put("author_association", "OWNER");
        entries.put("head", side(head, sha));
        entries.put("base", side(base, baseSha == null ? Repository.NONE : baseSha));
        return Value.of(entries);
    }

    private Value side(String branch, String sha) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("label", owner() + ":" + branch);
        entries.put("ref", branch);
        entries.put("sha", sha);
        entries.put("user", account(owner()));
        entries.put("repo", repository());
        return Value.of(entries);
    }

    Value release(String tag, boolean prerelease) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("id", id(tag));
        entries.put("tag_name", tag);
        entries.put("target_commitish", repository.defaultBranch());
        entries.put("name", tag);
        entries.put("body", "");
        entries.put("draft", false);
        entries.put("prerelease", prerelease);
        entries.put("html_url", url() + "/releases/tag/" + tag);
        entries.put("author", user());
        entries.put("assets", List.of());
        return Value.of(entries);
    }

    Value issue() {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("number", 1);
        entries.put("title", "");
        entries.put("body", "");
        entries.put("state", "open");
        entries.put("labels", List.of());
        entries.put("assignees", List.of());
        entries.put("user", user());
        entries.put("html_url", url() + "/issues/1");
        return Value.of(entries);
    }

    Value comment() {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("id", 1);
        entries.put("body", "");
        entries.put("user", user());
        entries.put("html_url", url() + "/issues/1#issuecomment-1");
        return Value.of(entries);
    }

    Value workflowRun(String workflow) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("id", 1);
        entries.put("name", workflow);
        entries.put("head_branch", repository.defaultBranch());
        entries.put("head_sha", repository.head());
        entries.put("event", "push");
        entries.put("status", "completed");
        entries.put("conclusion", "success");
        return Value.of(entries);
    }
}
