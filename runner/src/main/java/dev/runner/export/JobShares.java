package dev.runner.export;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.NamedReference;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.NameUse;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Pipeline.SecretName;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TimeLimit;
import dev.runner.plan.JobGroup;
import dev.runner.plan.JobRun;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which machines do what of each job, in the order of the plan; and what no system of several machines can do. */
record JobShares(List<JobShare> jobs, Machines machines) {
    /** What the set-up of a machine may take besides the job's own time. */
    private static final Duration SETUP = Duration.ofMinutes(15);

    JobShares {
        jobs = List.copyOf(jobs);
    }

    /**
     * A job and its machines.
     *
     * @param builds what each machine builds of each run; empty where one machine does all
     * @param machine of what is not shared
     * @param secrets that it reads
     * @param limit of all attempts with the set-up, or null
     */
    record JobShare(
            JobGroup group,
            List<Build> builds,
            String machine,
            Set<String> secrets,
            @Nullable Duration limit) {
        JobShare {
            builds = List.copyOf(builds);
        }

        Job job() {
            return group.job();
        }

        boolean isSplit() {
            return !builds.isEmpty();
        }

        /** Whether each of its runs is named to the machine that does it. */
        boolean hasRuns() {
            return !group.open() && group.runs().size() > 1;
        }
    }

    /** What one machine builds of a run. */
    record Build(JobRun run, String machine, List<Platform> platforms) {
        String part() {
            return String.join(",", platforms.stream().map(Platform::toString).toList());
        }
    }

    static JobShares of(Exporter.Kind system, Exporter.Request request, Diagnostics diagnostics) {
        Machines machines = Machines.of(system, system.target(request.export()).machines());
        Reader reader = new Reader(request, machines, diagnostics);
        List<JobShare> jobs = new ArrayList<>();
        if (!request.export().together()) {
            request.plan().groups().forEach(group -> jobs.add(reader.share(group)));
            reader.checkShared(jobs);
        }
        return new JobShares(jobs, machines);
    }

    /** The jobs that a job needs, directly or through others, in the order of the plan. */
    List<JobShare> needed(JobShare share) {
        Set<String> ids = new LinkedHashSet<>();
        collect(share.job(), ids);
        return jobs.stream().filter(other -> ids.contains(other.job().id())).toList();
    }

    /** The ids of the jobs that a job needs, without those that one of the others waits for anyway. */
    List<String> nearest(JobShare share) {
        Set<String> farther = new LinkedHashSet<>();
        List<String> direct = share.job().needs().stream().map(Job.Need::job).toList();
        jobs.stream()
                .filter(other -> direct.contains(other.job().id()))
                .forEach(other -> collect(other.job(), farther));
        return direct.stream().filter(id -> !farther.contains(id)).toList();
    }

    private void collect(Job job, Set<String> ids) {
        for (Job.Need need : job.needs()) {
            if (ids.add(need.job())) {
                jobs.stream()
                        .filter(other -> other.job().id().equals(need.job()))
                        .forEach(other -> collect(other.job(), ids));
            }
        }
    }

    boolean isNeeded(JobShare share) {
        return jobs.stream()
                .flatMap(other -> other.job().needs().stream())
                .anyMatch(need -> need.job().equals(share.job().id()));
    }

    /** The name of the job that builds, beside that of the one that joins. */
    String buildsName(JobShare share) {
        String name = share.job().id() + "-builds";
        while (taken(name)) {
            name += "-";
        }
        return name;
    }

    private boolean taken(String name) {
        return jobs.stream().anyMatch(other -> other.job().id().equals(name));
    }

    /** All secrets that some job reads. */
    static Set<String> secrets(Exporter.Request request, @Nullable String job) {
        Set<String> read = new LinkedHashSet<>();
        List<SecretName> declared = request.plan().pipeline().secrets();
        for (NameUse use : request.uses()) {
            boolean here = job == null || use.job() == null || use.job().equals(job);
            if (here && use.reference().root().equals("secrets")) {
                declared.stream()
                        .filter(secret -> secret.absence() != SecretName.Absence.GENERATED)
                        .filter(secret -> use.names(secret.name()))
                        .forEach(secret -> read.add(secret.name()));
            }
        }
        return read;
    }

    /** Looks at one job after the other. */
    private record Reader(Exporter.Request request, Machines machines, Diagnostics diagnostics) {
        JobShare share(JobGroup group) {
            Job job = group.job();
            List<Step.Build> shared = job.sharedBuilds();
            String machine = machines.usual();
            List<Build> builds = List.of();
            if (!shared.isEmpty() && !request.export().whole().contains(job.id())) {
                Map<String, List<Build>> found = group.open() ? ofOpen(group, shared) : ofRuns(group, shared);
                boolean split = found.values().stream().anyMatch(one -> one.size() > 1);
                if (split) {
                    builds = found.values().stream().flatMap(List::stream).toList();
                    checkSplit(job, shared);
                } else {
                    Set<String> labels = new LinkedHashSet<>();
                    found.values().forEach(one -> one.forEach(build -> labels.add(build.machine())));
                    // Runs of a matrix may each want another machine.
                    if (labels.size() > 1) {
                        builds = found.values().stream().flatMap(List::stream).toList();
                        checkSplit(job, shared);
                    } else if (labels.size() == 1) {
                        machine = labels.iterator().next();
                    }
                }
            }
            return new JobShare(group, builds, machine, secrets(request, job.id()), limit(job));
        }

        /** A matrix that is worked out later: the builds may be known, but not how many. */
        private Map<String, List<Build>> ofOpen(JobGroup group, List<Step.Build> shared) {
            Job.Strategy strategy = group.job().strategy();
            JobRun any = new JobRun(
                    group.id(), group.id(), group.job(), new JobRun.Cell(new Value.Obj(Map.of()), 0, 1, true, 0));
            List<Build> builds = builds(any, shared);
            if (builds.size() > 1) {
                Span span = strategy == null ? group.job().span() : strategy.span();
                diagnostics.error(
                        span,
                        "this matrix is worked out while the pipeline runs, and its images are built on several machines",
                        "write the values, or leave the job on one machine: " + whole(group.job()));
            }
            return Map.of(group.id(), builds.size() > 1 ? List.of() : builds);
        }

        private Map<String, List<Build>> ofRuns(JobGroup group, List<Step.Build> shared) {
            Map<String, List<Build>> all = new LinkedHashMap<>();
            group.runs().forEach(run -> all.put(run.key(), builds(run, shared)));
            return all;
        }

        private static String whole(Job job) {
            return "--whole " + job.id();
        }

        private List<Build> builds(JobRun run, List<Step.Build> shared) {
            Scope known = request.plan().scope();
            Scope scope = name -> switch (name) {
                case "matrix" -> run.cell().values();
                case "strategy" -> run.cell().strategy();
                default -> known.context(name);
            };
            Map<String, Set<Platform>> byMachine = new LinkedHashMap<>();
            for (Step.Build build : shared) {
                for (Platform platform : platforms(build, run.job(), scope)) {
                    byMachine
                            .computeIfAbsent(machines.of(platform), label -> new LinkedHashSet<>())
                            .add(platform);
                }
            }
            return byMachine.entrySet().stream()
                    .map(entry -> new Build(run, entry.getKey(), List.copyOf(entry.getValue())))
                    .toList();
        }

        private List<Platform> platforms(Step.Build build, Job job, Scope scope) {
            var written = build.recipe().platforms();
            for (var item : written.items()) {
                for (String context : item.contexts()) {
                    if (!List.of("variables", "platforms", "matrix", "strategy", "commit", "runner")
                            .contains(context)) {
                        diagnostics.error(
                                item.span(),
                                "which platforms are built is known only while the pipeline runs: this reads '"
                                        + context + "'",
                                "write them, or leave the job on one machine: " + whole(job));
                        return List.of();
                    }
                }
            }
            try {
                List<String> words = written.isEmpty() ? pipelines(scope) : written.words(scope);
                return words.stream()
                        .map(word -> Platform.parse(word).normalized())
                        .toList();
            } catch (EvaluationException e) {
                diagnostics.add(e.diagnostic());
            } catch (InvalidSourceException e) {
                diagnostics.addAll(e.diagnostics());
            } catch (IllegalArgumentException e) {
                diagnostics.error(written.span(), String.valueOf(e.getMessage()), "write it as linux/arm64");
            }
            return List.of();
        }

        private static List<String> pipelines(Scope scope) {
            return scope.context("platforms") instanceof Value.Arr all
                    ? all.items().stream().map(Value::text).toList()
                    : List.of();
        }

        /** What machines cannot hand each other. */
        private void checkSplit(Job job, List<Step.Build> shared) {
            String remedy = "or leave the job on one machine: " + whole(job);
            int last = job.steps().indexOf(shared.getLast());
            for (Step.Build build : shared) {
                boolean pushed = build.results().push().written() != null
                        && !build.marks().tags().isEmpty();
                if (!pushed && job.publishing(build).isEmpty()) {
                    diagnostics.error(
                            start(build.head().span()),
                            "this image goes to no registry, so that no other machine can take it",
                            "publish it, or push it to a name; " + remedy);
                }
                build.results().outputs().items().stream()
                        .filter(output -> !output.source().startsWith("type=image")
                                && !output.source().startsWith("type=registry"))
                        .forEach(output -> diagnostics.error(
                                output.span(),
                                "this output would hold only what one machine has built",
                                "take it from the published image in another job, " + remedy));
                int index = job.steps().indexOf(build);
                for (NameUse use : request.uses()) {
                    if (job.id().equals(use.job())
                            && use.step() > index
                            && use.step() <= last
                            && reads(use.reference(), build)) {
                        diagnostics.error(
                                use.reference().span(),
                                "a step above the job's last build reads what '"
                                        + build.head().id() + "' gives, which no machine has built whole by then",
                                "move it into a job that needs this one, " + remedy);
                    }
                }
            }
        }

        private static boolean reads(NamedReference reference, Step.Build build) {
            return reference.root().equals("steps")
                    && reference.path().size() > 1
                    && reference
                            .path()
                            .get(1)
                            .equalsIgnoreCase(String.valueOf(build.head().id()));
        }

        private static Span start(Span span) {
            int end = span.text().indexOf('\n');
            return end < 0 ? span : span.part(0, end);
        }

        /** What several jobs cannot share, because each has a process of its own. */
        void checkShared(List<JobShare> jobs) {
            Pipeline pipeline = request.plan().pipeline();
            boolean several = jobs.size() > 1 || jobs.stream().anyMatch(JobShare::isSplit);
            if (several && pipeline.registry() != null) {
                diagnostics.error(
                        pipeline.registry().span(),
                        "a registry in the process ends with the process, and here every job is another one",
                        "push to a registry that all machines reach, or let one machine do all: --whole");
            }
            for (SecretName secret : pipeline.secrets()) {
                if (secret.absence() == SecretName.Absence.GENERATED) {
                    Set<String> readers = new LinkedHashSet<>();
                    for (NameUse use : request.uses()) {
                        if (use.reference().root().equals("secrets") && use.names(secret.name())) {
                            readers.add(use.job() == null ? "" : use.job());
                        }
                    }
                    boolean split = jobs.stream()
                            .anyMatch(one ->
                                    one.isSplit() && readers.contains(one.job().id()));
                    if (several && (readers.size() > 1 || readers.contains("") || split)) {
                        diagnostics.error(
                                secret.span(),
                                "'" + secret.name() + "' is made anew by every process, and several jobs read it",
                                "give it to the run, or let one machine do all: --whole");
                    }
                }
            }
        }

        private @Nullable Duration limit(Job job) {
            TimeLimit written = job.policy().timeout();
            if (written == null) {
                return null;
            }
            try {
                Duration one = written.value(request.plan().scope());
                int attempts = job.policy().retry().most().value(request.plan().scope()) + 1;
                return one == null ? null : one.multipliedBy(attempts).plus(SETUP);
            } catch (EvaluationException | InvalidSourceException e) {
                return null; // The program itself keeps it, whatever it will be.
            }
        }
    }
}
