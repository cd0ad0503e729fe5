package dev.runner.frontend.github;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the workflows that jobs call, and those that they call in turn, and checks what is handed over. */
final class CallReader {
    private static final Pattern REMOTE = Pattern.compile("([^/@]+/[^/@]+)/([^@]+)@(.+)");

    private final WorkflowFetcher fetcher;
    private final Rules rules;
    private final Faults faults;
    private int jobs;

    CallReader(WorkflowFetcher fetcher, Rules rules, Faults faults) {
        this.fetcher = fetcher;
        this.rules = rules;
        this.faults = faults;
    }

    /** The workflow with all that it calls. */
    Workflow resolve(Workflow workflow) {
        Permissions own = Permissions.of(workflow.root().get("permissions"));
        Workflow whole = resolve(workflow, own, null, 0);
        if (jobs > rules.jobs()) {
            faults.addBare(
                    workflow.source().span(0, 0), "The workflow may not contain more than " + rules.jobs() + " jobs");
        }
        return whole;
    }

    /**
     * @param permissions of jobs that do not say; null for what the repository's settings give
     * @param at where {@code ./} leads: {@code owner/repository} and {@code ref}, or null for the repository of the run
     */
    private Workflow resolve(Workflow workflow, @Nullable Permissions permissions, @Nullable Place at, int depth) {
        List<Workflow.Job> resolved = new ArrayList<>();
        for (Workflow.Job job : workflow.jobs()) {
            jobs++;
            Permissions written = Permissions.of(job.fields().get("permissions"));
            Permissions effective = written == null ? permissions : written;
            Workflow.Job one = job.withPermissions(effective);
            if (job.fields().get("uses") instanceof Token.Text uses) {
                one = call(one, uses, effective, at, depth);
            }
            resolved.add(one);
        }
        return workflow.withJobs(resolved);
    }

    /** A repository at a ref. */
    private record Place(String repository, String ref) {}

    private Workflow.Job call(
            Workflow.Job job, Token.Text uses, @Nullable Permissions permissions, @Nullable Place at, int depth) {
        if (depth == rules.calls()) {
            faults.addBare(uses.span(), "Nested reusable workflow depth exceeded " + rules.calls() + ".");
            return job;
        }
        String ref = uses.value();
        Place place = at;
        Matcher remote = REMOTE.matcher(ref);
        if (ref.startsWith("./")) {
            ref = at == null ? ref : at.repository() + "/" + ref.substring(2) + "@" + at.ref();
        } else if (remote.matches()) {
            place = new Place(remote.group(1), remote.group(3));
        } else {
            faults.add(
                    uses,
                    "invalid value workflow reference: references to workflows must be prefixed with format"
                            + " 'owner/repository/' or './' for local workflows");
            return job;
        }
        Workflow called = read(ref, uses);
        if (called == null) {
            return job;
        }
        Token.Fields details = new Triggers(called.root().get("on")).details("workflow_call");
        new CallCheck(job, uses, details, faults).check();
        Permissions its = Permissions.of(called.root().get("permissions"));
        Permissions allowed = permissions == null ? rules.standard() : permissions;
        if (its != null) {
            compare(its, allowed, job, ref, "The workflow '" + ref + "'");
        } else {
            checkJobs(called, allowed, job, ref);
        }
        Permissions inner = its == null ? permissions : its;
        Workflow whole = resolve(called, inner, place, depth + 1);
        return job.withPermissions(inner).withCall(new Workflow.Call(uses.value(), details, whole));
    }

    private void checkJobs(Workflow called, Permissions allowed, Workflow.Job caller, String ref) {
        for (Workflow.Job job : called.jobs()) {
            Permissions wanted = Permissions.of(job.fields().get("permissions"));
            if (wanted != null) {
                Token name = job.fields().get("name");
                String shown = name == null ? job.id().value() : name.literal();
                compare(wanted, allowed, caller, ref, "The nested job '" + shown + "'");
            }
        }
    }

    private void compare(Permissions wanted, Permissions allowed, Workflow.Job caller, String ref, String who) {
        List<String> beyond = wanted.beyond(allowed);
        if (!beyond.isEmpty()) {
            String words = "Error calling workflow '" + ref + "'. " + who + " is requesting '" + wanted.words(beyond)
                    + "', but is only allowed '" + allowed.words(beyond) + "'.";
            faults.add(caller.id().span(), words, "give the calling job these permissions");
        }
    }

    private @Nullable Workflow read(String ref, Token.Text uses) {
        Source source;
        YamlNode root;
        try {
            source = fetcher.fetch(ref);
            root = WorkflowReader.parse(source, rules, faults);
        } catch (IOException e) {
            faults.add(uses, "error parsing called workflow \"" + ref + "\": " + e.getMessage());
            return null;
        } catch (InvalidSourceException e) {
            e.diagnostics().forEach(faults::addForeign);
            return null;
        }
        Workflow workflow = root == null ? null : new WorkflowReader(source, faults, rules).read(root);
        if (workflow != null && !new Triggers(workflow.root().get("on")).isCallable()) {
            faults.add(
                    uses,
                    "workflow is not reusable as it is missing a `on.workflow_call` trigger",
                    "add workflow_call to the events of " + ref);
            return null;
        }
        return workflow;
    }
}
