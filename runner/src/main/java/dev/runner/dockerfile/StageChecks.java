package dev.runner.dockerfile;

import dev.runner.source.InvalidSourceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules that follow a stage from top to bottom, with what is set at each instruction. */
final class StageChecks {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Set<String> NEVER_IN_ENVIRONMENT =
            Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");
    private static final Set<String> SECRET_WORDS = Set.of(
            "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token");
    private static final Set<String> OPEN_WORDS = Set.of("public");

    private final Dockerfile dockerfile;
    private final CheckContext context;
    private final FromChecks from;
    private final Checks checks;
    private final Map<Integer, State> ends = new HashMap<>();

    StageChecks(Dockerfile dockerfile, CheckContext context, FromChecks from, Checks checks) {
        this.dockerfile = dockerfile;
        this.context = context;
        this.from = from;
        this.checks = checks;
    }

    /** What holds at one place of a stage; a stage that builds on another begins with the other's end. */
    private static final class State {
        final Map<String, String> env = new LinkedHashMap<>();
        final Set<String> declaredOnly = new LinkedHashSet<>();
        boolean environmentKnown = true;
        boolean workdirSet;
        boolean shellSet;

        State copy() {
            State copy = new State();
            copy.env.putAll(env);
            copy.declaredOnly.addAll(declaredOnly);
            copy.environmentKnown = environmentKnown;
            copy.workdirSet = workdirSet;
            copy.shellSet = shellSet;
            return copy;
        }
    }

    void run() {
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            State state = begin(stage);
            Map<Class<?>, Instruction> last = new HashMap<>();
            for (Instruction instruction : stage.instructions()) {
                usedOnce(instruction, last);
                check(instruction, state);
            }
            ends.put(stage.index(), state);
        }
    }

    private State begin(Dockerfile.Stage stage) {
        State state = new State();
        String image;
        try {
            image = ShellWords.plain(dockerfile.directives().escape())
                    .expand(stage.from().image(), from.arguments()::get)
                    .text();
        } catch (ExpansionException e) {
            state.environmentKnown = false;
            return state;
        }
        Dockerfile.Stage base = dockerfile.baseStage(image, stage.index());
        State end = base == null ? null : ends.get(base.index());
        if (end != null) {
            return end.copy();
        }
        state.env.put("PATH", DEFAULT_PATH);
        if (!image.equals("scratch") || context.namedContexts().contains("scratch")) {
            Map<String, String> environment = context.imageEnvironment().apply(image);
            state.environmentKnown = environment != null;
            if (environment != null) {
                state.env.putAll(environment);
            }
        }
        return state;
    }

    /** The earlier one is to blame: it is the one that has no effect. */
    private void usedOnce(Instruction instruction, Map<Class<?>, Instruction> last) {
        if (instruction instanceof Instruction.Cmd
                || instruction instanceof Instruction.Entrypoint
                || instruction instanceof Instruction.Healthcheck) {
            Instruction earlier = last.put(instruction.getClass(), instruction);
            if (earlier != null) {
                checks.found(
                        CheckRule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
                        earlier.span(),
                        "Multiple " + instruction.written().keyword()
                                + " instructions should not be used in the same stage because only the last one will"
                                + " be used");
            }
        }
    }

    private void check(Instruction instruction, State state) {
        Instruction expanded = expand(instruction, state);
        if (expanded == null) {
            return;
        }
        switch (expanded) {
            case Instruction.Arg arg -> arg(arg, state);
            case Instruction.Env env -> {
                legacy(env, env.pairs());
                env.pairs().forEach(pair -> secret("ENV", pair.key(), env));
                env.pairs().forEach(pair -> state.env.put(pair.key(), pair.value()));
            }
            case Instruction.Label label -> legacy(label, label.pairs());
            case Instruction.Workdir workdir -> workdir(workdir, state);
            case Instruction.Cmd cmd -> shellForm(cmd, cmd.command(), state);
            case Instruction.Entrypoint entrypoint -> shellForm(entrypoint, entrypoint.command(), state);
            case Instruction.Shell shell -> state.shellSet = true;
            case Instruction.Expose expose -> expose.ports().forEach(port -> port(expose, port));
            case Instruction.Copy copy -> {
                if (copy.from() == null) {
                    ignored("Copy", copy, copy.transfer());
                }
            }
            case Instruction.Add add -> ignored("Add", add, add.transfer());
            case Instruction.From _,
                    Instruction.Run _,
                    Instruction.User _,
                    Instruction.Volume _,
                    Instruction.StopSignal _,
                    Instruction.Healthcheck _,
                    Instruction.Onbuild _,
                    Instruction.Maintainer _ -> {}
        }
    }

    /** Null if it cannot be expanded: the build fails on it, with its place. */
    private @Nullable Instruction expand(Instruction instruction, State state) {
        List<String> missing = new ArrayList<>();
        Instruction expanded;
        try {
            expanded = instruction.expand(new Words.Observer() {
                @Override
                public @Nullable String apply(String name) {
                    return state.env.get(name);
                }

                @Override
                public void missing(Set<String> names) {
                    missing.addAll(names);
                }
            });
        } catch (InvalidSourceException e) {
            return null;
        }
        if (state.environmentKnown) {
            missing.removeIf(name -> state.declaredOnly.contains(name) || NEVER_IN_ENVIRONMENT.contains(name));
            for (String name : missing) {
                String near = Suggestion.of(name, state.env.keySet());
                checks.found(
                        CheckRule.UNDEFINED_VAR,
                        instruction.span(),
                        "Usage of undefined variable '$" + name + "'"
                                + (near == null ? "" : " (did you mean $" + near + "?)"));
            }
        }
        return expanded;
    }

    private void arg(Instruction.Arg arg, State state) {
        for (Instruction.Arg.Argument argument : arg.arguments()) {
            String name = argument.name();
            secret("ARG", name, arg);
            String value = context.buildArguments().getOrDefault(name, argument.value());
            value = value == null ? from.arguments().get(name) : value;
            if (value == null) {
                state.declaredOnly.add(name);
            } else {
                state.env.putIfAbsent(name, value);
            }
        }
    }

    private void legacy(Instruction instruction, List<Instruction.Pair> pairs) {
        String keyword = instruction.written().keyword();
        for (Instruction.Pair pair : pairs) {
            if (pair.legacy()) {
                checks.found(
                        CheckRule.LEGACY_KEY_VALUE_FORMAT,
                        instruction.span(),
                        "\"" + keyword + " key=value\" should be used instead of legacy \"" + keyword
                                + " key value\" format");
            }
        }
    }

    /** Words of the name between underscores: one of the secret kind, and none that says it may be seen. */
    private void secret(String keyword, String name, Instruction instruction) {
        String folded = name.toLowerCase(Locale.ROOT);
        if (hasWord(folded, SECRET_WORDS) && !hasWord(folded, OPEN_WORDS)) {
            checks.found(
                    CheckRule.SECRETS_USED_IN_ARG_OR_ENV,
                    instruction.span(),
                    "Do not use ARG or ENV instructions for sensitive data (" + keyword + " \"" + name + "\")");
        }
    }

    private static boolean hasWord(String name, Set<String> words) {
        int start = 0;
        while (start <= name.length()) {
            int end = name.indexOf('_', start);
            end = end < 0 ? name.length() : end;
            if (words.contains(name.substring(start, end))) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private void workdir(Instruction.Workdir workdir, State state) {
        if (!state.workdirSet && !workdir.path().startsWith("/")) {
            checks.found(
                    CheckRule.WORKDIR_RELATIVE_PATH,
                    workdir.span(),
                    "Relative workdir \"" + workdir.path()
                            + "\" can have unexpected results if the base image changes");
        }
        state.workdirSet = true;
    }

    private void shellForm(Instruction instruction, CommandLine command, State state) {
        if (command instanceof CommandLine.Shell && !state.shellSet) {
            checks.found(
                    CheckRule.JSON_ARGS_RECOMMENDED,
                    instruction.span(),
                    "JSON arguments recommended for " + instruction.written().keyword()
                            + " to prevent unintended behavior related to OS signals");
        }
    }

    private void port(Instruction.Expose expose, String port) {
        int colon = port.lastIndexOf(':');
        int slash = port.indexOf('/', colon + 1);
        String protocol = slash < 0 ? "" : port.substring(slash + 1);
        if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
            checks.found(
                    CheckRule.EXPOSE_PROTO_CASING,
                    expose.span(),
                    "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase");
        }
        if (colon > 0) {
            checks.found(
                    CheckRule.EXPOSE_INVALID_FORMAT,
                    expose.span(),
                    "EXPOSE instruction should not define an IP address or host-port mapping, found '" + port + "'");
        }
    }

    /** A pattern that takes back makes it too hard to tell: what is below an ignored folder may be there. */
    private void ignored(String verb, Instruction instruction, Transfer transfer) {
        IgnorePatterns ignore = context.ignore();
        if (ignore == null || ignore.hasExceptions()) {
            return;
        }
        for (String source : transfer.sources()) {
            if (!isRemote(source) && !source.startsWith("/") && ignore.ignores(CleanPath.of(source))) {
                checks.found(
                        CheckRule.COPY_IGNORED_FILE,
                        instruction.span(),
                        "Attempting to " + verb + " file \"" + source + "\" that is excluded by .dockerignore");
            }
        }
    }

    private static boolean isRemote(String source) {
        return source.contains("://") || source.startsWith("git@") || source.startsWith("github.com/");
    }
}
