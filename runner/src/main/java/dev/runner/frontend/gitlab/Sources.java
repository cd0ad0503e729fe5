package dev.runner.frontend.gitlab;

import dev.runner.expression.Template;
import dev.runner.pipeline.Count;
import dev.runner.pipeline.Flag;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateList;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a job gets the repository, by the variables {@code GIT_…}. */
final class Sources {
    /** GitLab's default for new projects. */
    private static final int DEPTH = 20;

    /** Flags of {@code git submodule update} that change nothing in a new folder. */
    private static final Set<String> VAIN =
            Set.of("--init", "--force", "-f", "--recursive", "--progress", "--quiet", "-q", "--checkout", "--no-fetch");

    private static final Map<String, String> DIFFERENT = Map.of(
            "GIT_CLEAN_FLAGS", "there is nothing to clean: every job begins in a new folder",
            "GIT_CHECKOUT", "there is no earlier checkout to keep: the job begins in an empty folder");

    private final Faults faults;
    private final Set<String> told = new HashSet<>();

    Sources(Faults faults) {
        this.faults = faults;
    }

    /** The step that checks out; null when the job wants none. Tells, once a pipeline, what is different here. */
    @Nullable
    Step checkout(Step.Head head, Variables variables, GitLabEvent event) {
        Span span = head.span();
        DIFFERENT.forEach((name, message) -> {
            String value = variables.expanded(name);
            boolean matters = !value.isEmpty() && (!name.equals("GIT_CHECKOUT") || value.equals("false"));
            if (matters) {
                tell(span, name + " is '" + value + "', but " + message);
            }
        });
        String strategy = variables.expanded("GIT_STRATEGY");
        boolean wanted = !strategy.equals("none")
                && !strategy.equals("empty")
                && !variables.expanded("GIT_CHECKOUT").equals("false");
        if (!event.hasCommit() || !wanted) {
            return null;
        }
        Integer depth = number(variables.expanded("GIT_DEPTH"));
        String submodules = variables.expanded("GIT_SUBMODULE_STRATEGY");
        Template modules = submodules.equals("normal")
                ? Template.literal("true", span)
                : submodules.equals("recursive") ? Template.literal("recursive", span) : null;
        String flags = variables.expanded("GIT_FETCH_EXTRA_FLAGS") + " " + variables.expanded("GIT_CLONE_EXTRA_FLAGS");
        return new Step.Checkout(
                head,
                template(event.ref().repository(), span),
                template(event.ref().at(), span),
                new Step.Checkout.History(
                        Count.of(depth == null ? DEPTH : depth),
                        Flag.of(words(flags).contains("--tags"))),
                new Step.Checkout.Files(
                        modules, TemplateList.empty(span), Flag.of(false), null, extent(variables, span)),
                new Step.Checkout.Access(Flag.of(false), null, null, null));
    }

    private Step.Checkout.Extent extent(Variables variables, Span span) {
        Integer depth = number(variables.expanded("GIT_SUBMODULE_DEPTH"));
        boolean newest = false;
        List<String> flags = words(variables.expanded("GIT_SUBMODULE_UPDATE_FLAGS"));
        for (int i = 0; i < flags.size(); i++) {
            String flag = flags.get(i);
            String joined = flag.contains("=") ? flag.substring(flag.indexOf('=') + 1) : null;
            boolean valued = flag.startsWith("--depth") || flag.startsWith("--jobs") || flag.equals("-j");
            String value = joined != null || !valued || i + 1 == flags.size() ? joined : flags.get(++i);
            if (flag.startsWith("--depth") && value != null && depth == null) {
                depth = number(value);
            } else if (flag.equals("--remote")) {
                newest = true;
            } else if (!valued && !VAIN.contains(flag)) {
                tell(span, "GIT_SUBMODULE_UPDATE_FLAGS has " + flag + ", which has no effect here");
            }
        }
        String skip = variables.expanded("GIT_LFS_SKIP_SMUDGE");
        return new Step.Checkout.Extent(
                words(variables.expanded("GIT_SUBMODULE_PATHS")),
                depth,
                newest,
                variables.expanded("GIT_SUBMODULE_FORCE_HTTPS").equals("true"),
                !skip.equals("1") && !skip.equals("true"));
    }

    private void tell(Span span, String message) {
        if (told.add(message)) {
            faults.warning(span, message, null);
        }
    }

    private static @Nullable Template template(@Nullable String text, Span span) {
        return text == null ? null : Template.literal(text, span);
    }

    private static @Nullable Integer number(String text) {
        return text.matches("\\d{1,9}") ? Integer.valueOf(text) : null;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>(List.of(text.strip().split("\\s+")));
        words.removeIf(String::isEmpty);
        return words;
    }
}
