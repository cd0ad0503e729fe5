package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Rules that follow a stage from top to bottom, with what is set at each instruction. */
final class StageChecks implements StageWalk.Visitor {
    private static final Set<String> SECRET_WORDS = Set.of(
            "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token");
    private static final Set<String> OPEN_WORDS = Set.of("public");

    private final CheckContext context;
    private final Checks checks;
    private final Map<Class<?>, StageWalk.Step> last = new HashMap<>();

    StageChecks(CheckContext context, Checks checks) {
        this.context = context;
        this.checks = checks;
    }

    @Override
    public void stage(Dockerfile.Stage stage) {
        last.clear();
    }

    @Override
    public void missing(StageWalk.Step step, List<String> names, StageWalk.State state) {
        for (String name : names) {
            if (!PredefinedArguments.SBOM_SCANS.contains(name)) {
                String near = Suggestion.of(name, state.env.keySet());
                checks.found(
                        CheckRule.UNDEFINED_VAR,
                        step.span(),
                        "Usage of undefined variable '$" + name + "'"
                                + (near == null ? "" : " (did you mean $" + near + "?)"));
            }
        }
    }

    @Override
    public void instruction(StageWalk.Step step, Instruction expanded, StageWalk.State state) {
        Span span = step.span();
        usedOnce(step);
        switch (expanded) {
            case Instruction.Arg arg -> arg.arguments().forEach(argument -> secret("ARG", argument.name(), span));
            case Instruction.Env env -> {
                legacy(env, env.pairs(), span);
                env.pairs().forEach(pair -> secret("ENV", pair.key(), span));
            }
            case Instruction.Label label -> legacy(label, label.pairs(), span);
            case Instruction.Workdir workdir -> workdir(workdir, span, state);
            case Instruction.Cmd cmd -> shellForm(cmd, cmd.command(), span, state);
            case Instruction.Entrypoint entrypoint -> shellForm(entrypoint, entrypoint.command(), span, state);
            case Instruction.Expose expose -> expose.ports().forEach(port -> port(port, span));
            case Instruction.Copy copy -> {
                if (copy.from() == null) {
                    ignored("Copy", copy.transfer(), span);
                }
            }
            case Instruction.Add add -> ignored("Add", add.transfer(), span);
            case Instruction.From _,
                    Instruction.Run _,
                    Instruction.Shell _,
                    Instruction.User _,
                    Instruction.Volume _,
                    Instruction.StopSignal _,
                    Instruction.Healthcheck _,
                    Instruction.Onbuild _,
                    Instruction.Maintainer _ -> {}
        }
    }

    /** The earlier one is to blame: it is the one that has no effect. */
    private void usedOnce(StageWalk.Step step) {
        Instruction instruction = step.written();
        if (instruction instanceof Instruction.Cmd
                || instruction instanceof Instruction.Entrypoint
                || instruction instanceof Instruction.Healthcheck) {
            StageWalk.Step earlier = last.put(instruction.getClass(), step);
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

    private void legacy(Instruction instruction, List<Instruction.Pair> pairs, Span span) {
        String keyword = instruction.written().keyword();
        for (Instruction.Pair pair : pairs) {
            if (pair.legacy()) {
                checks.found(
                        CheckRule.LEGACY_KEY_VALUE_FORMAT,
                        span,
                        "\"" + keyword + " key=value\" should be used instead of legacy \"" + keyword
                                + " key value\" format");
            }
        }
    }

    /** Words of the name between underscores: one of the secret kind, and none that says it may be seen. */
    private void secret(String keyword, String name, Span span) {
        String folded = name.toLowerCase(Locale.ROOT);
        if (hasWord(folded, SECRET_WORDS) && !hasWord(folded, OPEN_WORDS)) {
            checks.found(
                    CheckRule.SECRETS_USED_IN_ARG_OR_ENV,
                    span,
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

    private void workdir(Instruction.Workdir workdir, Span span, StageWalk.State state) {
        if (!state.workdirSet && !workdir.path().startsWith("/")) {
            checks.found(
                    CheckRule.WORKDIR_RELATIVE_PATH,
                    span,
                    "Relative workdir \"" + workdir.path()
                            + "\" can have unexpected results if the base image changes");
        }
    }

    private void shellForm(Instruction instruction, CommandLine command, Span span, StageWalk.State state) {
        if (command instanceof CommandLine.Shell && !state.shellSet) {
            checks.found(
                    CheckRule.JSON_ARGS_RECOMMENDED,
                    span,
                    "JSON arguments recommended for " + instruction.written().keyword()
                            + " to prevent unintended behavior related to OS signals");
        }
    }

    private void port(String port, Span span) {
        int colon = port.lastIndexOf(':');
        int slash = port.indexOf('/', colon + 1);
        String protocol = slash < 0 ? "" : port.substring(slash + 1);
        if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
            checks.found(
                    CheckRule.EXPOSE_PROTO_CASING,
                    span,
                    "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase");
        }
        if (colon > 0) {
            checks.found(
                    CheckRule.EXPOSE_INVALID_FORMAT,
                    span,
                    "EXPOSE instruction should not define an IP address or host-port mapping, found '" + port + "'");
        }
    }

    /** A pattern that takes back makes it too hard to tell: what is below an ignored folder may be there. */
    private void ignored(String verb, Transfer transfer, Span span) {
        IgnorePatterns ignore = context.ignore();
        if (ignore == null || ignore.hasExceptions()) {
            return;
        }
        for (String source : transfer.sources()) {
            if (!isRemote(source) && !source.startsWith("/") && ignore.ignores(CleanPath.of(source))) {
                checks.found(
                        CheckRule.COPY_IGNORED_FILE,
                        span,
                        "Attempting to " + verb + " file \"" + source + "\" that is excluded by .dockerignore");
            }
        }
    }

    private static boolean isRemote(String source) {
        return source.contains("://") || source.startsWith("git@") || source.startsWith("github.com/");
    }
}
