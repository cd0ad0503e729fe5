package dev.runner.frontend.gitlab;

import dev.runner.pipeline.Belongings;
import dev.runner.pipeline.Job;
import dev.runner.source.NearNames;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who waits for whom, and whose artifacts a job gets. */
final class Needs {
    private final Configuration configuration;
    private final Faults faults;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, String> ofCopy = new LinkedHashMap<>();
    private final Map<Integer, List<Belongings.Source>> ofStage = new LinkedHashMap<>();

    /** A job that is there, with its copies. */
    private record Member(Chosen chosen, List<Copies.Copy> copies, int stage) {}

    Needs(Configuration configuration, Faults faults) {
        this.configuration = configuration;
        this.faults = faults;
    }

    void add(Chosen chosen, List<Copies.Copy> copies) {
        int stage = configuration.stages().indexOf(chosen.stage());
        members.put(chosen.name(), new Member(chosen, copies, stage));
        copies.forEach(copy -> ofCopy.put(copy.name(), chosen.name()));
    }

    /**
     * What a job needs.
     *
     * @param needs ids of jobs; null for a job that waits for the stages before its own
     */
    record Result(@Nullable List<Job.Need> needs, List<Belongings.Source> sources) {}

    Result of(Chosen chosen) {
        Node written = chosen.needs();
        int stage = configuration.stages().indexOf(chosen.stage());
        List<Job.Need> needs = new ArrayList<>();
        Map<String, Boolean> sources = new LinkedHashMap<>();
        List<Belongings.Source> others = new ArrayList<>();
        if (written == null && chosen.job().present("dependencies") == null) {
            return new Result(null, ofStage.computeIfAbsent(stage, this::sourcesOfStage));
        }
        if (written == null) {
            byStage(stage, sources);
        } else {
            List<Node> all =
                    written instanceof Node.Items(Span _, List<Node> items) ? Rules.flat(items) : List.of(written);
            for (Node one : all) {
                if (!elsewhere(chosen, one, others)) {
                    need(chosen, one, stage, needs, sources);
                }
            }
        }
        dependencies(chosen, stage, sources);
        List<Belongings.Source> own = listed(sources);
        return new Result(
                written == null ? null : needs,
                others.isEmpty()
                        ? own
                        : Stream.concat(own.stream(), others.stream()).toList());
    }

    private static List<Belongings.Source> listed(Map<String, Boolean> sources) {
        return sources.entrySet().stream()
                .map(entry -> new Belongings.Source(entry.getKey(), entry.getValue(), null))
                .toList();
    }

    /** One list for all jobs of a stage. */
    private List<Belongings.Source> sourcesOfStage(int stage) {
        Map<String, Boolean> sources = new LinkedHashMap<>();
        byStage(stage, sources);
        return listed(sources);
    }

    /** Only jobs that have artifacts matter; with thousands of jobs all others would be a great heap. */
    private void byStage(int stage, Map<String, Boolean> sources) {
        for (Member member : members.values()) {
            Node.Fields job = member.chosen().job();
            boolean gives = job.present("artifacts") != null || job.present("pages") != null;
            if (member.stage() < stage && gives) {
                member.copies().forEach(copy -> sources.put(copy.name(), true));
            }
        }
    }

    /** Takes a need of another pipeline's job, for which nothing waits; whether it is one. */
    private boolean elsewhere(Chosen chosen, Node one, List<Belongings.Source> others) {
        if (!(one instanceof Node.Fields need)
                || (need.present("pipeline") == null && need.present("project") == null)) {
            return false;
        }
        String job = Node.textOf(need.present("job"));
        String project = Node.textOf(need.present("project"));
        if (job == null) {
            faults.warning(
                    one.span(),
                    "the pipeline " + Node.textOf(need.get("pipeline")) + " that is needed is not here",
                    "the job does not wait for it");
            return true;
        }
        boolean files = need.get("artifacts") == null || Node.isTrue(need.get("artifacts"));
        Map<String, String> known = chosen.variables().asMap();
        String ref = Node.textOf(need.present("ref"));
        others.add(new Belongings.Source(
                job,
                files,
                new Belongings.Source.Elsewhere(
                        project == null ? null : Expansion.expandDeep(project, known),
                        project == null || ref == null ? null : Expansion.expandDeep(ref, known))));
        return true;
    }

    private void need(Chosen chosen, Node one, int stage, List<Job.Need> needs, Map<String, Boolean> sources) {
        Node.Fields fields = one instanceof Node.Fields entry ? entry : null;
        String name = fields == null ? Node.textOf(one) : Node.textOf(fields.get("job"));
        if (name == null) {
            return;
        }
        boolean optional = fields != null && Node.isTrue(fields.get("optional"));
        boolean files = fields == null || fields.get("artifacts") == null || Node.isTrue(fields.get("artifacts"));
        for (String id : copies(chosen, one, name, optional, stage, fields)) {
            if (needs.stream().noneMatch(need -> need.job().equals(id))) {
                needs.add(new Job.Need(id, one.span()));
            }
            sources.put(id, files);
        }
    }

    private List<String> copies(
            Chosen chosen, Node at, String name, boolean optional, int stage, Node.@Nullable Fields fields) {
        String base = members.containsKey(name) ? name : ofCopy.getOrDefault(name, name);
        Member member = members.get(base);
        if (member == null) {
            absent(chosen, at, name, optional);
            return List.of();
        }
        if (member.stage() > stage && stage >= 0) {
            faults.error(
                    at.span(), chosen.name() + " job: need " + name + " is not defined in current or prior stages");
            return List.of();
        }
        if (fields != null && fields.present("parallel") instanceof Node.Fields parallel) {
            return picked(chosen, at, name, member, parallel.get("matrix"));
        }
        return member.copies().stream()
                .map(Copies.Copy::name)
                .filter(copy -> base.equals(name) || copy.equals(name))
                .toList();
    }

    private List<String> picked(Chosen chosen, Node at, String name, Member member, @Nullable Node matrix) {
        Set<String> ids = new LinkedHashSet<>();
        for (Map<String, String> row : Copies.rows(matrix)) {
            List<String> found = member.copies().stream()
                    .filter(copy -> copy.variables().entrySet().containsAll(row.entrySet()))
                    .map(Copies.Copy::name)
                    .toList();
            if (found.isEmpty()) {
                String full = name + ": [" + String.join(", ", row.values()) + "]";
                faults.error(at.span(), notThere(chosen.name(), full));
            }
            ids.addAll(found);
        }
        return List.copyOf(ids);
    }

    private void absent(Chosen chosen, Node at, String name, boolean optional) {
        boolean written = configuration.jobs().containsKey(name);
        if (optional) {
            return;
        }
        if (written) {
            faults.error(at.span(), notThere(chosen.name(), name), "or give it the same rules");
        } else {
            String near = NearNames.nearest(name, configuration.jobs().keySet());
            faults.error(
                    at.span(),
                    chosen.name() + " job: undefined need: " + name,
                    near == null ? null : "did you mean '" + near + "'?");
        }
    }

    private static String notThere(String job, String need) {
        return "'" + job + "' job needs '" + need + "' job, but '" + need
                + "' does not exist in the pipeline. This might"
                + " be because of the only, except, or rules keywords. To need a job that sometimes does not exist in the"
                + " pipeline, use needs:optional.";
    }

    private void dependencies(Chosen chosen, int stage, Map<String, Boolean> sources) {
        if (!(chosen.job().present("dependencies") instanceof Node.Items(Span _, List<Node> items))) {
            return;
        }
        Set<String> wanted = new LinkedHashSet<>();
        for (Node item : items) {
            String name = String.valueOf(Node.textOf(item));
            String base = members.containsKey(name) ? name : ofCopy.getOrDefault(name, name);
            Member member = members.get(base);
            if (member == null && !configuration.jobs().containsKey(base)) {
                faults.error(item.span(), chosen.name() + " job: undefined dependency: " + name);
            } else if (member != null && member.stage() > stage) {
                faults.error(
                        item.span(),
                        chosen.name() + " job: dependency " + name + " is not defined in current or prior stages");
            } else if (member != null) {
                member.copies().stream()
                        .map(Copies.Copy::name)
                        .filter(copy -> base.equals(name) || copy.equals(name))
                        .forEach(wanted::add);
            }
        }
        boolean byNeeds = chosen.needs() != null;
        if (byNeeds) {
            sources.replaceAll((job, files) -> files && wanted.contains(job));
        } else {
            sources.clear();
            wanted.forEach(job -> sources.put(job, true));
        }
    }

    /** Reports needs that form a circle. */
    static void checkCircles(List<Job> jobs, Faults faults) {
        Map<String, Job> byId = new LinkedHashMap<>();
        jobs.forEach(job -> byId.put(job.id(), job));
        Set<String> done = new LinkedHashSet<>();
        for (Job job : jobs) {
            visit(job, byId, done, new LinkedHashSet<>(), faults);
        }
    }

    private static void visit(Job job, Map<String, Job> byId, Set<String> done, Set<String> open, Faults faults) {
        if (done.contains(job.id())) {
            return;
        }
        open.add(job.id());
        for (Job.Need need : job.needs()) {
            Job needed = byId.get(need.job());
            if (need.job().equals(job.id())) {
                faults.error(need.span(), "The pipeline has circular dependencies: self-dependency: " + job.id());
            } else if (open.contains(need.job())) {
                faults.error(
                        need.span(),
                        "The pipeline has circular dependencies: topological sort failed: "
                                + String.join(" needs ", open) + " needs " + need.job());
            } else if (needed != null) {
                visit(needed, byId, done, open, faults);
            }
        }
        open.remove(job.id());
        done.add(job.id());
    }
}
