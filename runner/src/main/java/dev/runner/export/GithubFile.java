package dev.runner.export;

import dev.runner.export.JobShares.Build;
import dev.runner.export.JobShares.JobShare;
import dev.runner.expression.Value;
import dev.runner.pipeline.Export;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Step;
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
 * A workflow.
 *
 * @see <a href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax">Workflow syntax</a>
 */
final class GithubFile {
    private static final String RESULTS = "${{ runner.temp }}/results";
    private static final Set<String> TOP = Set.of("name", "on", "jobs");
    private static final Set<String> OWN = Set.of("needs", "if", "strategy", "runs-on", "steps");

    private final Exporter.Request request;
    private final Export.Target target;
    private final JobShares shares;
    private final Diagnostics diagnostics;

    GithubFile(Exporter.Request request, JobShares shares, Diagnostics diagnostics) {
        this.request = request;
        this.target = request.export().github();
        this.shares = shares;
        this.diagnostics = diagnostics;
    }

    String write() {
        Pipeline pipeline = request.plan().pipeline();
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("name", pipeline.name());
        root.put("on", triggers());
        root.put("permissions", permissions());
        Entries.add(root, target.top(), TOP, target.span(), diagnostics);
        Map<String, Object> jobs = new LinkedHashMap<>();
        if (request.export().together()) {
            jobs.put("all", together());
        }
        for (JobShare share : shares.jobs()) {
            checkSecrets(share);
            if (share.isSplit()) {
                jobs.put(shares.buildsName(share), builds(share));
            }
            jobs.put(share.job().id(), rest(share));
        }
        root.put("jobs", jobs);
        return Entries.head(request) + YamlText.document(root);
    }

    private Map<String, Object> triggers() {
        Export.Triggers triggers = request.export().triggers();
        Map<String, Object> on = new LinkedHashMap<>();
        if (triggers.push() != null) {
            Map<String, Object> push = new LinkedHashMap<>();
            if (triggers.push().branches() != null) {
                push.put("branches", triggers.push().branches());
            }
            if (triggers.push().tags() != null) {
                push.put("tags", triggers.push().tags());
            }
            on.put("push", push.isEmpty() ? Value.NULL : push);
        }
        if (triggers.pullRequest() != null) {
            on.put(
                    "pull_request",
                    triggers.pullRequest().isEmpty() ? Value.NULL : Map.of("branches", triggers.pullRequest()));
        }
        if (!triggers.schedule().isEmpty()) {
            on.put(
                    "schedule",
                    triggers.schedule().stream()
                            .map(time -> Map.of("cron", time))
                            .toList());
        }
        if (triggers.manual()) {
            on.put("workflow_dispatch", Value.NULL);
        }
        return on;
    }

    /** The token may read the repository; and write packages where a job logs in to GitHub's registry with it. */
    private Map<String, Object> permissions() {
        Map<String, Object> permissions = new LinkedHashMap<>();
        permissions.put("contents", "read");
        boolean packages = request.plan().pipeline().jobs().stream()
                .flatMap(job -> job.steps().stream())
                .anyMatch(step -> step instanceof Step.Login login
                        && login.registry() != null
                        && login.registry().source().equals("ghcr.io")
                        && login.password().references().stream()
                                .anyMatch(reference -> reference.toString().equalsIgnoreCase("secrets.GITHUB_TOKEN")));
        if (packages) {
            permissions.put("packages", "write");
        }
        return permissions;
    }

    private void checkSecrets(JobShare share) {
        for (Pipeline.SecretName secret : request.plan().pipeline().secrets()) {
            if (share.secrets().contains(secret.name())
                    && secret.name().startsWith("GITHUB_")
                    && !secret.name().equals("GITHUB_TOKEN")) {
                diagnostics.error(
                        secret.span(), "GitHub has no secrets whose names begin with GITHUB_", "give it another name");
            }
        }
    }

    private Map<String, Object> together() {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("runs-on", shares.machines().usual());
        List<Object> steps = begin(request.plan().pipeline().jobs());
        boolean keeps = request.plan().pipeline().jobs().stream()
                .anyMatch(one -> one.belongings().artifacts() != null);
        List<String> words = new ArrayList<>();
        if (keeps) {
            words.addAll(List.of("--results", "\"$RESULTS\""));
        }
        steps.add(call(request.plan().pipeline().name(), JobShares.secrets(request, null), Map.of(), words, keeps));
        if (keeps) {
            steps.add(upload("results", RESULTS, false));
        }
        job.put("steps", steps);
        return job;
    }

    /** The builds of a job, one a machine and run. */
    private Map<String, Object> builds(JobShare share) {
        Map<String, Object> job = new LinkedHashMap<>();
        begin(job, share, List.of());
        List<Map<String, Object>> include = new ArrayList<>();
        for (Build build : share.builds()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            if (share.hasRuns()) {
                entry.put("job", build.run().key());
            }
            entry.put("platforms", build.part());
            entry.put("machine", build.machine());
            include.add(entry);
        }
        job.put("strategy", strategy(share, Map.of("include", include)));
        job.put("runs-on", "${{ matrix.machine }}");
        limit(job, share);
        extra(job, share);
        List<Object> steps = begin(List.of(share.job()));
        if (!share.job().needs().isEmpty()) {
            steps.add(download());
        }
        steps.add(call(share, "builds", "\"$PLATFORMS\"", Map.of("PLATFORMS", "${{ matrix.platforms }}")));
        steps.add(upload(
                "results-" + shares.buildsName(share) + "-${{ strategy.job-index }}",
                RESULTS + "/builds\n" + RESULTS + "/results\n",
                true));
        job.put("steps", steps);
        return job;
    }

    /** All of a job; or what is left to be done when its images are built. */
    private Map<String, Object> rest(JobShare share) {
        Map<String, Object> job = new LinkedHashMap<>();
        begin(job, share, share.isSplit() ? List.of(shares.buildsName(share)) : List.of());
        if (share.hasRuns()) {
            job.put(
                    "strategy",
                    strategy(
                            share,
                            Map.of(
                                    "job",
                                    share.group().runs().stream()
                                            .map(JobRun::key)
                                            .toList())));
        }
        job.put("runs-on", share.machine());
        limit(job, share);
        extra(job, share);
        List<Object> steps = begin(List.of(share.job()));
        if (share.isSplit() || !share.job().needs().isEmpty()) {
            steps.add(download());
        }
        steps.add(call(share, share.job().id(), share.isSplit() ? Exporter.JOIN : null, Map.of()));
        boolean artifacts = share.job().belongings().artifacts() != null;
        if (artifacts || shares.isNeeded(share)) {
            String name = "results-" + share.job().id() + (share.hasRuns() ? "-${{ strategy.job-index }}" : "");
            String own = RESULTS + "/results\n" + RESULTS + "/modes\n"
                    + (artifacts ? RESULTS + "/artifacts/" + share.job().id() + "\n" : "");
            steps.add(upload(name, own, !artifacts));
        }
        job.put("steps", steps);
        return job;
    }

    private void begin(Map<String, Object> job, JobShare share, List<String> more) {
        // The builds wait for all that the job needs.
        List<String> needs = more.isEmpty() ? shares.nearest(share) : more;
        if (!needs.isEmpty()) {
            job.put("needs", needs);
        }
        if (Conditions.isAboutStatus(share.job().condition())) {
            job.put(
                    "if",
                    more.isEmpty() ? "always()" : "always() && needs." + more.getFirst() + ".result != 'failure'");
        } else {
            String condition = Conditions.forGithub(share.job().condition());
            if (condition != null) {
                job.put("if", condition);
            }
        }
    }

    private static Map<String, Object> strategy(JobShare share, Map<String, ?> matrix) {
        JobRun.Cell cell = share.group().runs().isEmpty()
                ? null
                : share.group().runs().getFirst().cell();
        Map<String, Object> strategy = new LinkedHashMap<>();
        if (cell != null && !cell.failFast()) {
            strategy.put("fail-fast", false);
        }
        if (cell != null && cell.maxParallel() > 0) {
            strategy.put("max-parallel", cell.maxParallel());
        }
        strategy.put("matrix", matrix);
        return strategy;
    }

    private static void limit(Map<String, Object> job, JobShare share) {
        Duration limit = share.limit();
        if (limit != null) {
            job.put("timeout-minutes", limit.plusSeconds(59).toMinutes());
        }
    }

    private void extra(Map<String, Object> job, JobShare share) {
        Entries.add(job, target.jobs().getOrDefault(share.job().id(), Map.of()), OWN, target.span(), diagnostics);
    }

    /** The repository with as much history as the jobs ask for, and what the machines need. */
    private List<Object> begin(List<Job> jobs) {
        List<Object> steps = new ArrayList<>();
        Map<String, Object> with = new LinkedHashMap<>();
        int depth = Entries.depth(jobs, request.plan().scope());
        if (depth != 1) {
            with.put("fetch-depth", depth);
        }
        with.put("persist-credentials", false);
        Map<String, Object> checkout = new LinkedHashMap<>();
        checkout.put("uses", "actions/checkout@v4");
        checkout.put("with", with);
        steps.add(checkout);
        steps.addAll(target.setup());
        return steps;
    }

    private Map<String, Object> call(JobShare share, String name, @Nullable String part, Map<String, String> more) {
        Map<String, String> environment = new LinkedHashMap<>();
        List<String> words = new ArrayList<>(List.of("--job"));
        if (share.hasRuns()) {
            environment.put("JOB", "${{ matrix.job }}");
            words.add("\"$JOB\"");
        } else {
            words.add(share.job().id());
        }
        environment.putAll(more);
        if (part != null) {
            words.addAll(List.of("--part", part));
        }
        words.addAll(List.of("--results", "\"$RESULTS\""));
        return call(name, share.secrets(), environment, words, true);
    }

    private Map<String, Object> call(
            String name, Set<String> secrets, Map<String, String> more, List<String> words, boolean results) {
        Map<String, Object> environment = new LinkedHashMap<>(more);
        if (results) {
            environment.put("RESULTS", RESULTS);
        }
        StringBuilder script = new StringBuilder("become=\n[ \"$(id -u)\" = 0 ] ||"
                + " become=\"sudo --preserve-env env PATH=$PATH\"\n$become "
                + request.export().command() + " exec "
                + Entries.shellWord(request.file()));
        words.forEach(word -> script.append(' ').append(word));
        for (Pipeline.Variable variable : Entries.open(request)) {
            script.append(" --var ").append(variable.name());
            if (!(target.top().get("env") instanceof Value.Obj all) || all.get(variable.name()) == null) {
                environment.put(variable.name(), "${{ vars." + variable.name() + " }}");
            }
        }
        secrets.forEach(secret -> environment.put(secret, "${{ secrets." + secret + " }}"));
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("name", name);
        if (!environment.isEmpty()) {
            step.put("env", environment);
        }
        step.put("run", script.append('\n').toString());
        return step;
    }

    private static Map<String, Object> download() {
        Map<String, Object> with = new LinkedHashMap<>();
        with.put("pattern", "results-*");
        with.put("path", RESULTS);
        with.put("merge-multiple", true);
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("uses", "actions/download-artifact@v4");
        step.put("with", with);
        return step;
    }

    /**
     * @param paths of what the job has left, two at least: the folder above all of them is what the names begin from
     * @param passing whether it is of no use when the run is over
     */
    private static Map<String, Object> upload(String name, String paths, boolean passing) {
        Map<String, Object> with = new LinkedHashMap<>();
        with.put("name", name);
        with.put("path", paths);
        if (passing) {
            with.put("retention-days", 1);
        }
        with.put("if-no-files-found", "ignore");
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("uses", "actions/upload-artifact@v4");
        step.put("if", "always()");
        step.put("with", with);
        return step;
    }
}
