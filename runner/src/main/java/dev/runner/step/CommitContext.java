package dev.runner.step;

import dev.runner.checkout.Commit;
import dev.runner.expression.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The context {@code commit}: {@code sha}, {@code short}, {@code branch}, {@code tag}, {@code message}, {@code author},
 * {@code time} (ISO 8601) and {@code dirty}. What is unknown is null.
 */
public final class CommitContext {
    public static final String NAME = "commit";

    /** Variables by which a run says that it is about a tag of a commit, whatever the repository knows. */
    public static final String TOLD_COMMIT = "RUNNER_COMMIT";

    public static final String TOLD_TAG = "RUNNER_TAG";

    private CommitContext() {}

    public static Value of(Commit commit) {
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("sha", Value.of(commit.sha()));
        entries.put("short", Value.of(commit.shortSha()));
        entries.put("branch", Value.of(commit.branch()));
        entries.put("tag", Value.of(commit.tag()));
        entries.put("message", Value.of(commit.message()));
        entries.put("author", Value.of(commit.author()));
        entries.put("time", Value.of(commit.time().toString()));
        entries.put("dirty", Value.of(commit.dirty()));
        return new Value.Obj(entries);
    }

    /**
     * The commit with the branch and tag that the CI service says this run is about. Services check out a bare commit,
     * so that the repository itself does not know. Nothing is taken when the service speaks of another commit.
     *
     * @param environment the machine's: {@code GITHUB_*} or {@code CI_*}
     */
    public static Commit named(Commit commit, Map<String, String> environment) {
        String sha = commit.sha().replaceFirst("-dirty$", "");
        Commit named = commit;
        if (sha.equals(environment.get(TOLD_COMMIT))) {
            named = withTag(named, value(environment, TOLD_TAG));
        } else if (sha.equals(environment.get("GITHUB_SHA"))) {
            boolean tag = "tag".equals(environment.get("GITHUB_REF_TYPE"));
            String ref = value(environment, "GITHUB_REF_NAME");
            String head = value(environment, "GITHUB_HEAD_REF");
            named = tag ? withTag(named, ref) : withBranch(named, head == null ? ref : head);
        } else if (sha.equals(environment.get("CI_COMMIT_SHA"))) {
            String branch = value(environment, "CI_COMMIT_BRANCH");
            String source = value(environment, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME");
            named = withBranch(named, branch == null ? source : branch);
            named = withTag(named, value(environment, "CI_COMMIT_TAG"));
        }
        return named;
    }

    private static Commit withBranch(Commit commit, @Nullable String branch) {
        return commit.branch() != null || branch == null ? commit : commit.withBranch(branch);
    }

    private static Commit withTag(Commit commit, @Nullable String tag) {
        return tag == null ? commit : commit.withTag(tag);
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
