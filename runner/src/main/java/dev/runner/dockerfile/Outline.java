package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a target takes from outside: what {@code --call=outline} tells, in the order of the text.
 *
 * @param name of the target, null if it has none
 * @param description from a comment above the stage; empty if there is none
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#call">docker buildx build, call</a>
 */
public record Outline(
        @Nullable String name,
        String description,
        List<Argument> arguments,
        List<Source> secrets,
        List<Source> agents) {
    public Outline {
        arguments = List.copyOf(arguments);
        secrets = List.copyOf(secrets);
        agents = List.copyOf(agents);
    }

    /**
     * A build argument.
     *
     * @param description from a comment above the ARG; empty if there is none
     * @param value what it is in this build; empty if nothing says
     */
    public record Argument(String name, String description, String value, Span span) {}

    /** A secret or an SSH agent, where the first RUN of its stage mounts it. */
    public record Source(String name, boolean required, Span span) {}

    /**
     * Looks at the context's target and every stage that it needs.
     *
     * @throws InvalidSourceException if there is no such target
     */
    public static Outline of(Dockerfile dockerfile, CheckContext context) {
        String wanted =
                context.target() == null ? String.valueOf(dockerfile.stages().size() - 1) : context.target();
        Dockerfile.Stage target = dockerfile.stage(wanted);
        if (target == null) {
            throw new InvalidSourceException(Diagnostic.error(
                    dockerfile.source().span(0, 0), "target stage \"" + wanted + "\" could not be found", null));
        }
        return new Reading(dockerfile, context.withTarget(wanted)).outline(target);
    }

    /** What one stage itself takes. */
    private static final class Own {
        private final Map<String, Argument> arguments = new LinkedHashMap<>();
        private final Set<String> used = new LinkedHashSet<>();
        private final Map<String, Source> secrets = new LinkedHashMap<>();
        private final Map<String, Source> agents = new LinkedHashMap<>();
    }

    /** Collects for each stage what it takes; a stage's own word on a name comes before that of a stage below it. */
    private static final class Reading implements StageWalk.Visitor {
        private final CheckContext context;
        private final FromArguments global;
        private final StageWalk walk;
        private final Dockerfile dockerfile;
        private final Map<Integer, Own> stages = new HashMap<>();

        private Reading(Dockerfile dockerfile, CheckContext context) {
            this.dockerfile = dockerfile;
            this.context = context;
            this.global = FromArguments.of(dockerfile, context);
            this.walk = new StageWalk(dockerfile, context, global.values());
        }

        private Outline outline(Dockerfile.Stage target) {
            walk.walk(this);
            Own all = new Own();
            gather(target, all, new LinkedHashSet<>());
            return new Outline(
                    target.name(),
                    Targets.description(target),
                    sorted(all.arguments, Argument::span),
                    sorted(all.secrets, Source::span),
                    sorted(all.agents, Source::span));
        }

        private static <T> List<T> sorted(Map<String, T> named, java.util.function.Function<T, Span> span) {
            List<T> sorted = new ArrayList<>(named.values());
            sorted.sort(Comparator.comparingInt(one -> span.apply(one).line()));
            return sorted;
        }

        private void gather(Dockerfile.Stage stage, Own all, Set<Integer> seen) {
            Own own = stages.get(stage.index());
            if (own == null || !seen.add(stage.index())) {
                return;
            }
            for (String name : global.withSources(own.used)) {
                Argument argument =
                        own.arguments.getOrDefault(name, global.arguments().get(name));
                if (argument != null) {
                    all.arguments.putIfAbsent(name, argument);
                }
            }
            own.secrets.forEach(all.secrets::putIfAbsent);
            own.agents.forEach(all.agents::putIfAbsent);
            walk.sources(stage).forEach(source -> gather(source, all, seen));
        }

        @Override
        public void stage(Dockerfile.Stage stage) {
            Own own = new Own();
            own.used.addAll(global.usedBy(stage, dockerfile.directives().escape()));
            stages.put(stage.index(), own);
        }

        @Override
        public void instruction(StageWalk.Step step, Instruction expanded, StageWalk.State state) {
            Own own = stages.get(step.stage().index());
            if (own == null) {
                return;
            }
            if (expanded instanceof Instruction.Arg arg) {
                arg.arguments().forEach(argument -> argument(step, argument, own));
            } else if (expanded instanceof Instruction.Run run) {
                run.mounts().forEach(mount -> mount(step, mount, own));
            }
        }

        /** A bare ARG of a name from before the first FROM takes that one over. */
        private void argument(StageWalk.Step step, Instruction.Arg.Argument argument, Own own) {
            String name = argument.name();
            own.used.add(name);
            boolean bare = argument.value() == null && !context.buildArguments().containsKey(name);
            if (!bare || !global.values().containsKey(name)) {
                String value = walk.value(argument);
                own.arguments.put(
                        name,
                        new Argument(
                                name,
                                Targets.description(step.written(), name),
                                value == null ? "" : value,
                                step.span()));
            }
        }

        private static void mount(StageWalk.Step step, Mount mount, Own own) {
            if (mount instanceof Mount.Secret secret) {
                own.secrets.putIfAbsent(secret.id(), new Source(secret.id(), secret.required(), step.span()));
            } else if (mount instanceof Mount.Ssh agent) {
                own.agents.putIfAbsent(agent.id(), new Source(agent.id(), agent.required(), step.span()));
            }
        }
    }
}
