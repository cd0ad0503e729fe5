package dev.runner.frontend.github;

import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.regex.Pattern;

/** Reads GitHub workflows. */
public final class GithubWorkflows {
    /** 1 MiB of text, 50 levels, 100,000 nodes after aliases are expanded. */
    static final YamlReader.Limits LIMITS = new YamlReader.Limits(1 << 20, 50, 100_000);

    private static final Pattern ON = Pattern.compile("^(on|'on'|\"on\")\\s*:", Pattern.MULTILINE);
    private static final Pattern JOBS = Pattern.compile("^jobs\\s*:", Pattern.MULTILINE);

    private GithubWorkflows() {}

    /**
     * Reads a workflow.
     *
     * @throws dev.runner.source.InvalidSourceException with every fault of the text; of YAML that cannot be read, the
     *     first
     */
    public static GithubWorkflow read(Source source) {
        YamlNode root = YamlReader.read(source, LIMITS);
        Faults faults = new Faults();
        Workflow workflow = null;
        if (root == null) {
            faults.addWhole(source.span(0, 0), "the file is empty", "a workflow needs on: and jobs:");
        } else {
            workflow = new WorkflowReader(source, faults, false).read(root);
        }
        Diagnostics diagnostics = faults.diagnostics();
        diagnostics.throwIfErrors();
        if (workflow == null) {
            throw new IllegalStateException("a workflow that is no mapping has a fault");
        }
        return new GithubWorkflow(workflow, new PipelineMaker(workflow).make(source.name()));
    }

    /** Whether a text is a workflow by what it says: {@code on} and {@code jobs} at its margin. */
    public static boolean looksLikeOne(Source source) {
        return ON.matcher(source.text()).find() && JOBS.matcher(source.text()).find();
    }
}
