package dev.runner.frontend.gitlab;

import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code .gitlab-ci.yml}. */
public final class GitLabPipelines {
    private final Source source;
    private final GitLabProject project;
    private final GitLabEvent event;
    private final Faults faults = new Faults();
    private final Set<String> interruptible = new HashSet<>();

    private GitLabPipelines(Source source, GitLabProject project, GitLabEvent event) {
        this.source = source;
        this.project = project;
        this.event = event;
    }

    /**
     * A pipeline, or why there is none for the event.
     *
     * @param refusal null when there is one
     * @param stages in order, {@code .pre} and {@code .post} among them
     * @param cancels when it is cancelled
     * @param warnings that do not stop it
     */
    public record Reading(
            Pipeline pipeline,
            @Nullable String refusal,
            List<String> stages,
            AutoCancel cancels,
            List<Diagnostic> warnings) {
        public Reading {
            stages = List.copyOf(stages);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Reads it for an event.
     *
     * @throws InvalidSourceException with every fault, in GitLab's words
     */
    public static Reading read(Source source, GitLabProject project, GitLabEvent event) {
        return new GitLabPipelines(source, project, event).read();
    }

    private Reading read() {
        Map<String, String> known = new LinkedHashMap<>(event.variables());
        known.putAll(event.given().project());
        known.putAll(event.given().pipeline());
        Configuration configuration = Configuration.load(source, project, event, known, faults);
        if (configuration == null) {
            throw new InvalidSourceException(faults.sorted());
        }
        stages(configuration);
        Environment.checkStops(configuration, faults);
        faults.throwIfAny();
        Selection selection = new Selection(configuration, event, project, faults);
        Selection.Workflow workflow = selection.workflow();
        List<Job> jobs = workflow.runs() ? jobs(configuration, selection) : List.of();
        faults.throwIfAny();
        String name = workflow.name() == null || workflow.name().isEmpty() ? source.name() : workflow.name();
        return new Reading(
                pipeline(name, jobs),
                refusal(workflow, configuration, jobs),
                configuration.stages(),
                workflow.cancels().withInterruptible(interruptible),
                faults.sorted());
    }

    private void stages(Configuration configuration) {
        configuration.jobs().forEach((name, field) -> {
            Node.Fields job = (Node.Fields) field.value();
            String written = Node.textOf(job.present("stage"));
            String stage = written == null ? "test" : written;
            if (!configuration.stages().contains(stage)) {
                Node at = job.present("stage");
                String near = dev.runner.source.NearNames.nearest(stage, configuration.stages());
                faults.error(
                        at == null ? field.key() : at.span(),
                        name + " job: chosen stage " + stage + " does not exist; available stages are "
                                + String.join(", ", configuration.stages()),
                        near == null ? null : "did you mean '" + near + "'?");
            }
        });
    }

    private List<Job> jobs(Configuration configuration, Selection selection) {
        List<Chosen> chosen = selection.jobs();
        Needs needs = new Needs(configuration, faults);
        Map<String, List<Copies.Copy>> copies = new LinkedHashMap<>();
        Map<String, List<Chosen>> byStage = new LinkedHashMap<>();
        for (Chosen one : chosen) {
            List<Copies.Copy> own = Copies.of(one.name(), one.job().present("parallel"));
            copies.put(one.name(), own);
            byStage.computeIfAbsent(one.stage(), _ -> new ArrayList<>()).add(one);
            needs.add(one, own);
            if (Node.isTrue(one.job().present("interruptible"))) {
                own.forEach(copy -> interruptible.add(copy.name()));
            }
        }
        JobMaker maker = new JobMaker(configuration, event, faults);
        List<Job> jobs = new ArrayList<>();
        for (String stage : configuration.stages()) {
            for (Chosen one : byStage.getOrDefault(stage, List.of())) {
                Needs.Result needed = needs.of(one);
                copies.getOrDefault(one.name(), List.of()).forEach(copy -> jobs.add(maker.make(one, copy, needed)));
            }
        }
        Needs.checkCircles(jobs, faults);
        return jobs;
    }

    private Pipeline pipeline(String name, List<Job> jobs) {
        return new Pipeline(
                name,
                Pipeline.Dialect.GITLAB,
                new Pipeline.Declarations(List.of(), List.of(), TemplateList.empty(source.all()), null),
                TemplateMap.empty(),
                jobs,
                source.all());
    }

    private static @Nullable String refusal(Selection.Workflow workflow, Configuration configuration, List<Job> jobs) {
        if (!workflow.runs()) {
            return "Pipeline filtered out by workflow rules.";
        }
        int post = configuration.stages().size() - 1;
        boolean edges = jobs.stream()
                .allMatch(job -> job.start().stage() == 0 || job.start().stage() == post);
        return edges
                ? "Pipeline will not run for the selected trigger. The rules configuration prevented any jobs from being"
                        + " added to the pipeline."
                : null;
    }
}
