package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the stages that a target needs from top to bottom, with what is set at each instruction. ONBUILD triggers of a
 * base are followed first in the stage that builds on it, at the place of its FROM.
 */
final class StageWalk {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Dockerfile dockerfile;
    private final CheckContext context;
    private final Map<String, String> arguments;
    private final Map<Integer, State> ends = new HashMap<>();

    /** @param arguments values of those before the first FROM, and of those that are always there */
    StageWalk(Dockerfile dockerfile, CheckContext context, Map<String, String> arguments) {
        this.dockerfile = dockerfile;
        this.context = context;
        this.arguments = arguments;
    }

    /** What holds at one place of a stage; a stage that builds on another begins with the other's end. */
    static final class State {
        final Map<String, String> env = new LinkedHashMap<>();
        final Set<String> declaredOnly = new LinkedHashSet<>();
        boolean environmentKnown = true;
        boolean workdirSet;
        boolean shellSet;

        private State copy() {
            State copy = new State();
            copy.env.putAll(env);
            copy.declaredOnly.addAll(declaredOnly);
            copy.environmentKnown = environmentKnown;
            copy.workdirSet = workdirSet;
            copy.shellSet = shellSet;
            return copy;
        }
    }

    /**
     * One instruction of a stage.
     *
     * @param written with its variables, as the Dockerfile or the trigger has it
     * @param span where people find it: of a trigger, the FROM that pulls it
     */
    record Step(Dockerfile.Stage stage, Instruction written, Span span) {}

    /** Who wants to see the instructions. */
    interface Visitor {
        /** A stage begins. */
        default void stage(Dockerfile.Stage stage) {}

        /** Variables that are not set here and that an instruction wants; only where the environment is known. */
        default void missing(Step step, List<String> names, State state) {}

        /** An instruction, its variables replaced; the state is that before it. */
        void instruction(Step step, Instruction expanded, State state);
    }

    void walk(Visitor visitor) {
        Set<Integer> needed = needed();
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            if (needed.contains(stage.index())) {
                visitor.stage(stage);
                State state = begin(stage);
                for (Step step : steps(stage)) {
                    follow(step, state, visitor);
                }
                ends.put(stage.index(), state);
            }
        }
    }

    private void follow(Step step, State state, Visitor visitor) {
        Instruction expanded = expand(step, state, visitor);
        if (expanded == null) {
            return;
        }
        visitor.instruction(step, expanded, state);
        switch (expanded) {
            case Instruction.Arg arg -> declare(arg, state);
            case Instruction.Env env -> env.pairs().forEach(pair -> state.env.put(pair.key(), pair.value()));
            case Instruction.Workdir workdir -> state.workdirSet = true;
            case Instruction.Shell shell -> state.shellSet = true;
            default -> {}
        }
    }

    private void declare(Instruction.Arg arg, State state) {
        for (Instruction.Arg.Argument argument : arg.arguments()) {
            String value = value(argument);
            if (value == null) {
                state.declaredOnly.add(argument.name());
            } else {
                state.env.putIfAbsent(argument.name(), value);
            }
        }
    }

    /** What an ARG gives: what the user says, else its default, else the value from before the first FROM. */
    @Nullable
    String value(Instruction.Arg.Argument argument) {
        String value = context.buildArguments().getOrDefault(argument.name(), argument.value());
        return value == null ? arguments.get(argument.name()) : value;
    }

    /** Null if it cannot be expanded: the build fails on it, with its place. */
    private @Nullable Instruction expand(Step step, State state, Visitor visitor) {
        List<String> missing = new ArrayList<>();
        try {
            Instruction expanded = step.written().expand(new Words.Observer() {
                @Override
                public @Nullable String apply(String name) {
                    return state.env.get(name);
                }

                @Override
                public void missing(Set<String> names) {
                    missing.addAll(names);
                }
            });
            missing.removeAll(state.declaredOnly);
            if (state.environmentKnown && !missing.isEmpty()) {
                visitor.missing(step, missing, state);
            }
            return expanded;
        } catch (InvalidSourceException e) {
            return null;
        }
    }

    private State begin(Dockerfile.Stage stage) {
        Dockerfile.Stage base = base(stage);
        State end = base == null ? null : ends.get(base.index());
        if (end != null) {
            return end.copy();
        }
        State state = new State();
        String image = image(stage);
        if (image == null) {
            state.environmentKnown = false;
            return state;
        }
        if (!image.equals("scratch") || context.namedContexts().contains("scratch")) {
            CheckContext.BaseImage known = known(stage);
            state.environmentKnown = known != null;
            if (known != null) {
                state.env.putAll(known.environment());
                state.shellSet = known.hasShell();
            }
        }
        state.env.putIfAbsent("PATH", DEFAULT_PATH);
        return state;
    }

    private List<Step> steps(Dockerfile.Stage stage) {
        List<Step> steps = new ArrayList<>();
        for (String trigger : triggers(stage)) {
            Instruction parsed = Dockerfile.parseTrigger(
                    Source.of("ONBUILD of " + stage.from().image(), trigger), new Diagnostics());
            if (parsed != null) {
                steps.add(new Step(stage, parsed, stage.from().span()));
            }
        }
        stage.instructions().forEach(instruction -> steps.add(new Step(stage, instruction, instruction.span())));
        return steps;
    }

    private List<String> triggers(Dockerfile.Stage stage) {
        Dockerfile.Stage base = base(stage);
        if (base != null) {
            return base.instructions().stream()
                    .filter(Instruction.Onbuild.class::isInstance)
                    .map(instruction -> ((Instruction.Onbuild) instruction).expression())
                    .toList();
        }
        CheckContext.BaseImage known = known(stage);
        return known == null ? List.of() : known.triggers();
    }

    /** The stages that the context's target is made from; every stage when it has no target. */
    Set<Integer> needed() {
        Set<Integer> needed = new TreeSet<>();
        if (context.target() == null) {
            dockerfile.stages().forEach(stage -> needed.add(stage.index()));
            return needed;
        }
        Dockerfile.Stage target = dockerfile.stage(context.target());
        if (target != null) {
            need(target, needed);
        }
        return needed;
    }

    private void need(Dockerfile.Stage stage, Set<Integer> needed) {
        if (needed.add(stage.index())) {
            sources(stage).forEach(source -> need(source, needed));
        }
    }

    /** The stages that a stage takes files from: its base first. */
    List<Dockerfile.Stage> sources(Dockerfile.Stage stage) {
        List<Dockerfile.Stage> sources = new ArrayList<>();
        Dockerfile.Stage base = base(stage);
        if (base != null) {
            sources.add(base);
        }
        for (Step step : steps(stage)) {
            for (String name : names(step.written())) {
                Dockerfile.Stage source = context.namedContexts().contains(name) ? null : dockerfile.stage(name);
                if (source != null && source.index() < stage.index()) {
                    sources.add(source);
                }
            }
        }
        return sources;
    }

    private static List<String> names(Instruction instruction) {
        List<String> names = new ArrayList<>();
        if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
            names.add(copy.from());
        } else if (instruction instanceof Instruction.Run run) {
            // The other options may hold variables still.
            run.mountFlags().stream()
                    .map(MountFlag::from)
                    .filter(Objects::nonNull)
                    .forEach(names::add);
        }
        return names;
    }

    private Dockerfile.@Nullable Stage base(Dockerfile.Stage stage) {
        String image = image(stage);
        return image == null ? null : dockerfile.baseStage(image, stage.index());
    }

    /** The image that a stage begins with, when it is none of a stage and can be found. */
    CheckContext.@Nullable BaseImage known(Dockerfile.Stage stage) {
        String image = image(stage);
        if (image == null || image.equals("scratch") || base(stage) != null) {
            return null;
        }
        return context.images().find(image, expand(stage.from().platform()));
    }

    /** What FROM names; null when it cannot be expanded. */
    @Nullable
    String image(Dockerfile.Stage stage) {
        return expand(stage.from().image());
    }

    private @Nullable String expand(@Nullable String word) {
        try {
            return word == null
                    ? null
                    : ShellWords.plain(dockerfile.directives().escape())
                            .expand(word, arguments::get)
                            .text();
        } catch (ExpansionException e) {
            return null;
        }
    }
}
