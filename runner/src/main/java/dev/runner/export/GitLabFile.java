package dev.runner.export;

import dev.runner.export.JobShares.Build;
import dev.runner.export.JobShares.JobShare;
import dev.runner.pipeline.Export;
import dev.runner.pipeline.Pipeline;
import dev.runner.plan.JobRun;
import dev.runner.source.Diagnostics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .gitlab-ci.yml}.
 *
 * @see <a href="https://docs.gitlab.com/ci/yaml/">CI/CD YAML syntax reference</a>
 */
final class GitLabFile {
    private static final String RESULTS = ".runner-results";
    private static final int MOST_NEEDS = 50;
    private static final int MOST_RUNS = 200;
    /** Names at the top of a file that are no jobs. */
    private static final Set<String> KEYWORDS = Set.of(
            "image",
            "services",
            "stages",
            "types",
            "before_script",
            "after_script",
            "variables",
            "cache",
            "include",
            "default",
            "workflow",
            "spec",
            "pages",
            "true",
            "false",
            "nil");

    private static final Set<String> OWN = Set.of("needs", "rules", "when", "parallel", "tags", "script", "artifacts");

    private final Exporter.Request request;
    private final Export.Target target;
    private final JobShares shares;
    private final Diagnostics diagnostics;

    GitLabFile(Exporter.Request request, JobShares shares, Diagnostics diagnostics) {
        this.request = request;
        this.target = request.export().gitlab();
        this.shares = shares;
        this.diagnostics = diagnostics;
    }

    String write() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("workflow", Map.of("rules", workflow()));
        Entries.add(root, target.top(), Set.of("workflow"), target.span(), diagnostics);
        if (request.export().together()) {
            root.put("all", together());
        }
        for (JobShare share : shares.jobs()) {
            if (share.isSplit()) {
                root.put(shares.buildsName(share), builds(share));
            }
            root.put(name(share), rest(share));
        }
        return Entries.head(request) + notes() + YamlText.document(root);
    }

    /** What must be set in the project. */
    private String notes() {
        StringBuilder notes = new StringBuilder();
        Set<String> secrets = JobShares.secrets(request, null);
        if (!secrets.isEmpty()) {
            notes.append("# The project's variables must have: ")
                    .append(String.join(", ", secrets))
                    .append('\n');
        }
        if (!request.export().triggers().schedule().isEmpty()) {
            notes.append("# The project's pipeline schedules must have: ")
                    .append(String.join(", ", request.export().triggers().schedule()))
                    .append('\n');
        }
        return notes.toString();
    }

    private List<Map<String, String>> workflow() {
        Export.Triggers triggers = request.export().triggers();
        List<String> conditions = new ArrayList<>();
        if (triggers.push() != null) {
            List<String> branches = triggers.push().branches();
            List<String> tags = triggers.push().tags();
            String push = "$CI_PIPELINE_SOURCE == \"push\"";
            if (branches == null && tags == null) {
                conditions.add(push);
            }
            if (branches != null) {
                branches.forEach(branch -> conditions.add(push + " && $CI_COMMIT_BRANCH =~ " + pattern(branch)));
            }
            if (tags != null) {
                tags.forEach(tag -> conditions.add(push + " && $CI_COMMIT_TAG =~ " + pattern(tag)));
            }
        }
        if (triggers.pullRequest() != null) {
            String merge = "$CI_PIPELINE_SOURCE == \"merge_request_event\"";
            if (triggers.pullRequest().isEmpty()) {
                conditions.add(merge);
            }
            triggers.pullRequest()
                    .forEach(branch ->
                            conditions.add(merge + " && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME =~ " + pattern(branch)));
        }
        if (!triggers.schedule().isEmpty()) {
            conditions.add("$CI_PIPELINE_SOURCE == \"schedule\"");
        }
        if (triggers.manual()) {
            conditions.add("$CI_PIPELINE_SOURCE == \"web\"");
            conditions.add("$CI_PIPELINE_SOURCE == \"api\"");
        }
        return conditions.stream().map(condition -> Map.of("if", condition)).toList();
    }

    /** A pattern of branches as a regular expression. */
    static String pattern(String glob) {
        StringBuilder text = new StringBuilder("/^");
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
                text.append(".*");
                i++;
            } else if (c == '*') {
                text.append("[^\\/]*");
            } else if (c == '?') {
                text.append("[^\\/]");
            } else {
                text.append(escaped(String.valueOf(c)));
            }
        }
        return text.append("$/").toString();
    }

    /** Text that means itself between the slashes of a regular expression. */
    static String escaped(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]", "\\\\$0");
    }

    private static String name(JobShare share) {
        String id = share.job().id();
        return KEYWORDS.contains(id) ? "job-" + id : id;
    }

    private Map<String, Object> together() {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("tags", List.of(shares.machines().usual()));
        boolean keeps = request.plan().pipeline().jobs().stream()
                .anyMatch(one -> one.belongings().artifacts() != null);
        job.put("script", script(keeps ? List.of("--results", RESULTS) : List.of()));
        if (keeps) {
            job.put("artifacts", artifacts(List.of(RESULTS), false));
        }
        return job;
    }

    private Map<String, Object> builds(JobShare share) {
        List<Map<String, Object>> matrix = new ArrayList<>();
        for (Build build : share.builds()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            if (share.hasRuns()) {
                entry.put("JOB", build.run().key());
            }
            entry.put("PLATFORMS", build.part());
            entry.put("MACHINE", build.machine());
            matrix.add(entry);
        }
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("tags", List.of("$MACHINE"));
        begin(job, share, null);
        parallel(job, share, matrix);
        extra(job, share);
        job.put("script", script(words(share, "\"$PLATFORMS\"")));
        job.put("artifacts", artifacts(List.of(RESULTS + "/builds"), true));
        return job;
    }

    private Map<String, Object> rest(JobShare share) {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("tags", List.of(share.machine()));
        begin(job, share, share.isSplit() ? shares.buildsName(share) : null);
        if (share.hasRuns()) {
            parallel(
                    job,
                    share,
                    List.of(Map.of(
                            "JOB",
                            share.group().runs().stream().map(JobRun::key).toList())));
        }
        extra(job, share);
        job.put("script", script(words(share, share.isSplit() ? Exporter.JOIN : null)));
        boolean artifacts = share.job().belongings().artifacts() != null;
        if (artifacts || shares.isNeeded(share)) {
            List<String> own = new ArrayList<>(List.of(RESULTS + "/results"));
            if (artifacts) {
                own.addAll(List.of(
                        RESULTS + "/modes",
                        RESULTS + "/artifacts/" + share.job().id()));
            }
            job.put("artifacts", artifacts(own, !artifacts));
        }
        return job;
    }

    /** Needs with those they need in turn, for what these leave is wanted too; jobs that rules leave out are no fault. */
    private void begin(Map<String, Object> job, JobShare share, @Nullable String builds) {
        List<Object> needs = new ArrayList<>();
        for (JobShare needed : shares.needed(share)) {
            Map<String, Object> need = new LinkedHashMap<>();
            need.put("job", name(needed));
            if (condition(needed) != null) {
                need.put("optional", true);
            }
            needs.add(need.size() == 1 ? name(needed) : need);
        }
        if (builds != null) {
            needs.add(builds);
        }
        if (needs.size() > MOST_NEEDS) {
            diagnostics.error(
                    share.job().needs().getFirst().span(),
                    "with all that they need these are " + needs.size() + " jobs, and GitLab allows " + MOST_NEEDS,
                    "let one machine do all: --whole");
        }
        job.put("needs", needs);
        String condition = condition(share);
        if (Conditions.isAboutStatus(share.job().condition())) {
            job.put("when", "always");
        } else if (condition != null) {
            job.put("rules", List.of(Map.of("if", condition)));
        }
        Duration limit = share.limit();
        if (limit != null) {
            job.put("timeout", limit.plusSeconds(59).toMinutes() + "m");
        }
    }

    private static @Nullable String condition(JobShare share) {
        return Conditions.isAboutStatus(share.job().condition())
                ? null
                : Conditions.forGitLab(share.job().condition());
    }

    private void parallel(Map<String, Object> job, JobShare share, List<Map<String, Object>> matrix) {
        JobRun.Cell cell = share.group().runs().getFirst().cell();
        var strategy = share.job().strategy();
        if (cell.maxParallel() > 0 && strategy != null) {
            diagnostics.error(
                    strategy.maxParallel().written() == null
                            ? strategy.span()
                            : strategy.maxParallel().written().span(),
                    "GitLab cannot limit how many runs of a job there are at once",
                    "remove max-parallel, or let one machine do all: --whole");
        }
        if (Math.max(matrix.size(), share.group().runs().size()) > MOST_RUNS && strategy != null) {
            diagnostics.error(
                    strategy.span(),
                    "GitLab allows " + MOST_RUNS + " runs of a job",
                    "let one machine do all: --whole");
        }
        job.put("parallel", Map.of("matrix", matrix));
    }

    private void extra(Map<String, Object> job, JobShare share) {
        Entries.add(job, target.jobs().getOrDefault(share.job().id(), Map.of()), OWN, target.span(), diagnostics);
        int depth = Entries.depth(List.of(share.job()), request.plan().scope());
        if (depth != 1 && !job.containsKey("variables")) {
            job.put("variables", Map.of("GIT_DEPTH", String.valueOf(depth)));
        }
    }

    private static List<String> words(JobShare share, @Nullable String part) {
        List<String> words = new ArrayList<>(
                List.of("--job", share.hasRuns() ? "\"$JOB\"" : share.job().id()));
        if (part != null) {
            words.addAll(List.of("--part", part));
        }
        words.addAll(List.of("--results", RESULTS));
        return words;
    }

    private List<Object> script(List<String> words) {
        List<Object> script = new ArrayList<>(target.setup());
        StringBuilder command =
                new StringBuilder(request.export().command() + " exec " + Entries.shellWord(request.file()));
        words.forEach(word -> command.append(' ').append(word));
        for (Pipeline.Variable variable : Entries.open(request)) {
            command.append(" --var ").append(variable.name());
        }
        script.add(command.toString());
        return script;
    }

    /** @param passing whether they are of no use when the run is over */
    private static Map<String, Object> artifacts(List<String> paths, boolean passing) {
        Map<String, Object> artifacts = new LinkedHashMap<>();
        artifacts.put("paths", paths);
        artifacts.put("when", "always");
        if (passing) {
            artifacts.put("expire_in", "1 day");
        }
        return artifacts;
    }
}
