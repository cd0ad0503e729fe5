package dev.runner.frontend.github;

import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads GitHub workflows. */
public final class GithubWorkflows {
    private static final Pattern EVENTS = Pattern.compile("(?m)^(on|'on'|\"on\")\\s*:[ \\t]*[\\w\\[]");
    private static final Pattern ON = Pattern.compile("^(on|'on'|\"on\")\\s*:", Pattern.MULTILINE);
    private static final Pattern JOBS = Pattern.compile("^jobs\\s*:", Pattern.MULTILINE);
    private static final Pattern PLACE = Pattern.compile("\\bruns-on[\"']?\\s*:|\\buses[\"']?\\s*:.*\\.ya?ml");

    private GithubWorkflows() {}

    /**
     * Reads a workflow and those that it calls.
     *
     * @param path the file below the repository's root, which names a workflow without a name
     * @throws dev.runner.source.InvalidSourceException with every fault of the text; of YAML that cannot be read, the
     *     first
     */
    public static GithubWorkflow read(Source source, String path, WorkflowFetcher fetcher) {
        Faults faults = new Faults();
        Workflow workflow = read(source, fetcher, Rules.STANDARD, faults);
        if (workflow != null) {
            new Triggers(workflow.root().get("on")).check(faults);
        }
        faults.diagnostics().throwIfErrors();
        if (workflow == null) {
            throw new IllegalStateException("a workflow that could not be read has a fault");
        }
        return new GithubWorkflow(workflow, path, faults.diagnostics());
    }

    /** The workflow, as far as it could be read; calls are only looked at when the rest is good. */
    static @Nullable Workflow read(Source source, WorkflowFetcher fetcher, Rules rules, Faults faults) {
        YamlNode root = WorkflowReader.parse(source, rules, faults);
        Workflow workflow = root == null ? null : new WorkflowReader(source, faults, rules).read(root);
        return workflow == null || !faults.none() ? workflow : new CallReader(fetcher, rules, faults).resolve(workflow);
    }

    /**
     * Whether a text is a workflow by what it says: {@code on} and {@code jobs} at its margin, and either events that are no
     * mapping, as they are in a native pipeline, or jobs that name their machine or another workflow.
     */
    public static boolean looksLikeOne(Source source) {
        String text = source.text();
        return ON.matcher(text).find()
                && JOBS.matcher(text).find()
                && (EVENTS.matcher(text).find() || PLACE.matcher(text).find());
    }
}
