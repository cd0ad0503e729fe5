package dev.runner.cli;

import dev.runner.frontend.github.Repository;
import dev.runner.frontend.gitlab.GitLabEvent;
import dev.runner.frontend.gitlab.GitLabLint;
import dev.runner.frontend.gitlab.GitLabPipelines;
import dev.runner.plan.PlanInputs;
import dev.runner.schedule.Inputs;
import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import dev.runner.source.Diagnostic;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a run of a GitLab pipeline is about: its event, its project, its variables. */
record GitLabRun(GitLabPipelines.Reading reading, Inputs inputs, GitLabEvent event, GitLabFolder project) {
    private static final Map<String, String> SOURCES = Map.of(
            "push", "push",
            "tag", "push",
            "merge_request", "merge_request_event",
            "schedule", "schedule",
            "web", "web",
            "api", "api",
            "trigger", "trigger");
    private static final Pattern ORIGIN =
            Pattern.compile("(?:[a-z+]+://(?:[^@/]*@)?([^/:]+)(?::\\d+)?/|(?:[^@/]+@)?([^/:]+):)(.+?)(?:\\.git)?/?");

    /**
     * Reads a pipeline and works out what the run is about.
     *
     * @param projects others that it reads from, open as long as the run lasts
     * @throws dev.runner.source.InvalidSourceException with every fault in the pipeline
     */
    static GitLabRun of(Path file, ExecFlags flags, GitLabProjects projects, Map<String, String> environment)
            throws IOException {
        Path here = file.toAbsolutePath().normalize().resolveSibling("");
        Path home = Path.of(environment.getOrDefault("HOME", "/"));
        try (GitRepository repository = GitRepository.open(here, home)) {
            Path top = repository.top();
            Path root = top == null ? here : top.toAbsolutePath().normalize();
            ExecInputs given = new ExecInputs(flags, environment);
            Secrets secrets = given.secrets(List.of());
            GitLabEvent event = new Maker(flags, repository, root, environment).make(given, secrets);
            GitLabFolder project = new GitLabFolder("", root, reach(flags, projects, event, repository));
            Source source = Source.read(file);
            GitLabPipelines.Reading reading = GitLabPipelines.read(source, project, event);
            PlanInputs plan = PlanInputs.none()
                    .withJobs(flags.jobs)
                    .withStarted(ManualJobs.started(
                            flags.gitlab.manual, reading.pipeline().jobs(), ""));
            return new GitLabRun(reading, new Inputs(plan, secrets, environment), event, project);
        }
    }

    /** What is odd in a pipeline; its faults are thrown. */
    static List<Diagnostic> lint(Path file, Map<String, String> environment) throws IOException {
        GitLabRun run = of(file, new ExecFlags(), new GitLabProjects(Map.of(), Path.of("")), environment);
        return GitLabLint.check(Source.read(file), run.project(), run.event());
    }

    /** Another attempt: jobs that have succeeded keep what they gave. */
    GitLabRun again(RunMemory.Last last, List<String> manual) {
        Map<String, Map<String, String>> kept = new LinkedHashMap<>(last.succeeded());
        // A job begins its pipeline again for a manual job in there.
        kept.keySet().removeIf(key -> manual.stream().anyMatch(name -> name.startsWith(key + "/")));
        return new GitLabRun(reading, inputs.withKept(kept), event, project);
    }

    /** The run in which these manual jobs are started besides. */
    GitLabRun starting(Set<String> ids) {
        Set<String> all = new LinkedHashSet<>(inputs.plan().started());
        all.addAll(ids);
        Inputs other = new Inputs(inputs.plan().withStarted(all), inputs.secrets(), inputs.environment())
                .withKept(inputs.kept());
        return new GitLabRun(reading, other, event, project);
    }

    /** A name for all runs of this project's pipelines for one branch or tag. */
    String line() {
        String text = project.root() + "\n" + event.ref().branch() + "\n"
                + event.ref().tag() + "\n" + event.ref().target();
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    Path root() {
        return project.root();
    }

    private static GitLabFolder.Reach reach(
            ExecFlags flags, GitLabProjects projects, GitLabEvent event, GitRepository repository) {
        Map<String, Path> remote = new HashMap<>();
        for (String one : flags.gitlab.includes) {
            int at = one.lastIndexOf('=');
            if (at < 1) {
                throw new UsageException("--include takes URL=FILE, not '" + one + "'");
            }
            remote.put(one.substring(0, at), Path.of(one.substring(at + 1)));
        }
        Path templates = flags.gitlab.templates;
        return new GitLabFolder.Reach(
                projects,
                remote,
                templates == null ? null : templates.toAbsolutePath().normalize(),
                compareTo -> changes(event, repository, compareTo));
    }

    private static @Nullable List<String> changes(
            GitLabEvent event, GitRepository repository, @Nullable String compareTo) {
        String head = event.commit().sha();
        String from;
        if (compareTo != null) {
            String other = resolve(repository, compareTo);
            from = other == null ? null : repository.mergeBase(other, head);
        } else if (event.isMergeRequest()) {
            String target = event.ref().target() == null
                    ? null
                    : resolve(repository, event.ref().target());
            from = target == null ? null : repository.mergeBase(target, head);
        } else if (event.source().equals("push") && !event.isTag()) {
            from = event.commit().before();
        } else {
            return null;
        }
        if (from == null || from.equals(GitLabEvent.Commit.NONE)) {
            return null;
        }
        List<Repository.Change> changes = repository.changes(from, head);
        return changes == null
                ? null
                : changes.stream().map(Repository.Change::path).toList();
    }

    private static @Nullable String resolve(GitRepository repository, String name) {
        for (String ref : List.of(name, "refs/heads/" + name, "refs/remotes/origin/" + name, "refs/tags/" + name)) {
            String sha = repository.resolve(ref);
            if (sha != null) {
                return sha;
            }
        }
        return null;
    }

    /**
     * A commit of a repository; zeros where there is none.
     *
     * @param at null for the one that is checked out
     */
    static GitLabEvent.Commit commit(@Nullable GitRepository repository, @Nullable String branch, @Nullable String at) {
        String none = GitLabEvent.Commit.NONE;
        String sha = repository == null ? Repository.NONE : at == null ? repository.head() : at;
        Repository.Revision revision =
                repository == null || sha.equals(Repository.NONE) ? null : repository.revision(sha);
        if (repository == null || revision == null) {
            return new GitLabEvent.Commit(none, none, "", "", "1970-01-01T00:00:00+00:00");
        }
        String before = branch == null ? null : repository.before("refs/heads/" + branch, sha);
        return new GitLabEvent.Commit(
                sha,
                before == null ? none : before,
                revision.message(),
                revision.author().name() + " <" + revision.author().email() + ">",
                revision.time().toString());
    }

    /** Makes the event from the repository and the flags. */
    private record Maker(ExecFlags flags, GitRepository repository, Path root, Map<String, String> environment) {
        GitLabEvent make(ExecInputs given, Secrets secrets) throws IOException {
            String wanted = flags.github.event == null ? "push" : flags.github.event;
            String known = SOURCES.get(wanted);
            if (known == null) {
                throw new UsageException(
                        "--event of a GitLab pipeline is push, merge_request, tag, schedule, web, api or"
                                + " trigger, not '" + wanted + "'");
            }
            String source = flags.gitlab.source == null ? known : flags.gitlab.source;
            GitLabEvent.Ref ref = ref(wanted);
            return new GitLabEvent(
                    source, ref, commit(repository, ref.branch(), ref.at()), project(), given(ref, given, secrets));
        }

        private GitLabEvent.Ref ref(String wanted) {
            String tag = flags.gitlab.tag;
            if (tag == null && wanted.equals("tag")) {
                tag = repository.tag();
                if (tag == null) {
                    throw new UsageException("no tag names the commit that is checked out: give one with --tag");
                }
            }
            String current = repository.branch();
            String branch = flags.gitlab.branch != null ? flags.gitlab.branch : current;
            String sha = tag != null ? resolve(repository, tag) : branch == null ? null : resolve(repository, branch);
            String at = sha == null || sha.equals(repository.head()) ? null : sha;
            boolean merge = wanted.equals("merge_request") || "merge_request_event".equals(flags.gitlab.source);
            String target =
                    !merge ? null : flags.gitlab.target != null ? flags.gitlab.target : repository.defaultBranch();
            return new GitLabEvent.Ref(
                    tag != null ? null : branch == null ? repository.defaultBranch() : branch, tag, target, at, null);
        }

        private GitLabEvent.Project project() {
            String origin = repository.origin();
            Matcher matcher = ORIGIN.matcher(origin == null ? "" : origin);
            boolean known = matcher.matches();
            String host = !known ? null : matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            String name =
                    root.getFileName() == null ? "project" : root.getFileName().toString();
            String server =
                    environment.getOrDefault("CI_SERVER_URL", host == null ? "https://gitlab.com" : "https://" + host);
            return new GitLabEvent.Project(
                    known ? matcher.group(3) : "local/" + name,
                    repository.defaultBranch(),
                    server,
                    environment.getOrDefault("CI_REGISTRY", "registry." + server.replaceFirst("^[a-z]+://", "")),
                    environment.getOrDefault("CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX", "docker.io"));
        }

        private GitLabEvent.Given given(GitLabEvent.Ref ref, ExecInputs given, Secrets secrets) throws IOException {
            Map<String, String> project = new LinkedHashMap<>(given.ofFiles());
            Set<String> masked = new LinkedHashSet<>();
            for (Secret secret : secrets.all()) {
                project.put(secret.name(), secret.reveal());
                masked.add(secret.name());
            }
            boolean trusted = ref.tag() != null
                    || ref.target() == null && repository.defaultBranch().equals(ref.branch());
            if (!trusted) {
                flags.gitlab.shielded.forEach(project::remove);
            }
            Map<String, String> inputs = Arguments.pairs("--input", flags.github.inputs, Map.of());
            return new GitLabEvent.Given(given.ofFlags(), project, masked, Set.of(), inputs);
        }
    }
}
