package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.NearNames;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nodes to typed instructions. An instruction with a fault is null, and the fault is reported. */
final class InstructionReader {
    private static final List<String> NAMES = List.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");
    private static final Flags.Known FROM = new Flags.Known(Set.of("platform"), Set.of(), Set.of());

    private final Diagnostics diagnostics;

    InstructionReader(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    @Nullable
    Instruction read(Node node) {
        return switch (node.written().keyword().toUpperCase(Locale.ROOT)) {
            case "ADD" -> new TransferReader(node, diagnostics).add();
            case "ARG" -> arg(node);
            case "CMD" -> noFlags(node) ? new Instruction.Cmd(node.written(), command(node)) : null;
            case "COPY" -> new TransferReader(node, diagnostics).copy();
            case "ENTRYPOINT" -> noFlags(node) ? new Instruction.Entrypoint(node.written(), command(node)) : null;
            case "ENV" -> env(node);
            case "EXPOSE" -> expose(node);
            case "FROM" -> from(node);
            case "HEALTHCHECK" -> new HealthcheckReader(node, diagnostics).read();
            case "LABEL" -> label(node);
            case "MAINTAINER" -> maintainer(node);
            case "ONBUILD" -> onbuild(node);
            case "RUN" -> new RunReader(node, diagnostics).read();
            case "SHELL" -> shell(node);
            case "STOPSIGNAL" -> stopSignal(node);
            case "USER" -> user(node);
            case "VOLUME" -> volume(node);
            case "WORKDIR" -> workdir(node);
            default -> unknown(node);
        };
    }

    private @Nullable Instruction unknown(Node node) {
        Written written = node.written();
        String near = NearNames.nearest(written.keyword(), NAMES);
        diagnostics.error(
                written.span().part(0, written.keyword().length()),
                "unknown instruction: " + written.keyword(),
                near == null ? "an instruction is one of " + String.join(", ", NAMES) : "did you mean " + near + "?");
        return null;
    }

    private boolean noFlags(Node node) {
        Flags.read(node, Flags.Known.NONE, diagnostics);
        return node.flags().isEmpty();
    }

    /** Reports {@code NAME requires …} and returns false, unless the condition holds. */
    private boolean require(boolean condition, Node node, String what) {
        if (!condition) {
            diagnostics.error(node.span(), name(node) + " requires " + what, null);
        }
        return condition;
    }

    private static String name(Node node) {
        return node.written().keyword().toUpperCase(Locale.ROOT);
    }

    static CommandLine command(Node node) {
        if (node.json()) {
            return new CommandLine.Exec(node.texts());
        }
        return new CommandLine.Shell(String.join(" ", node.texts()), node.heredocs());
    }

    private @Nullable Instruction from(Node node) {
        List<Token> words = node.words();
        Flags flags = Flags.read(node, FROM, diagnostics);
        boolean named = words.size() == 3 && words.get(1).text().equalsIgnoreCase("as");
        if (!named && words.size() != 1) {
            diagnostics.error(
                    node.argumentSpan(),
                    "FROM requires either one or three arguments",
                    "write FROM IMAGE or FROM IMAGE AS NAME");
            return null;
        }
        String alias = named ? words.get(2).text() : null;
        if (alias != null && !isStageName(alias.toLowerCase(Locale.ROOT))) {
            diagnostics.error(
                    words.get(2).span(),
                    "invalid name for build stage: \"" + alias
                            + "\", name can't start with a number or contain symbols",
                    "begin with a letter; letters, digits, '-', '_' and '.' may follow");
            return null;
        }
        return new Instruction.From(
                node.written(), flags.text("platform"), words.getFirst().text(), alias);
    }

    private static boolean isStageName(String name) {
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            boolean letter = c >= 'a' && c <= 'z';
            boolean inner = (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
            if (!letter && !(inner && at > 0)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private @Nullable Instruction arg(Node node) {
        if (!noFlags(node) | !require(!node.words().isEmpty(), node, "at least one argument")) {
            return null;
        }
        List<Instruction.Arg.Argument> arguments = new ArrayList<>();
        for (Token word : node.words()) {
            int equals = word.text().indexOf('=');
            if (equals == 0) {
                diagnostics.error(word.span(), "ARG names can not be blank", "write ARG name=value");
                continue;
            }
            String name = equals < 0 ? word.text() : word.text().substring(0, equals);
            String value = equals < 0 ? null : word.text().substring(equals + 1);
            arguments.add(new Instruction.Arg.Argument(name, value, word.span()));
        }
        return new Instruction.Arg(node.written(), arguments);
    }

    private @Nullable Instruction env(Node node) {
        List<Instruction.Pair> pairs = pairs(node);
        return pairs == null ? null : new Instruction.Env(node.written(), pairs);
    }

    private @Nullable Instruction label(Node node) {
        List<Instruction.Pair> pairs = pairs(node);
        return pairs == null ? null : new Instruction.Label(node.written(), pairs);
    }

    private @Nullable List<Instruction.Pair> pairs(Node node) {
        if (!noFlags(node) | !require(!node.words().isEmpty(), node, "at least one argument")) {
            return null;
        }
        List<Instruction.Pair> pairs = new ArrayList<>();
        List<Token> words = node.words();
        for (int i = 0; i + 2 < words.size(); i += 3) {
            if (words.get(i).text().isEmpty()) {
                diagnostics.error(words.get(i).span(), name(node) + " names can not be blank", null);
                return null;
            }
            boolean legacy = words.get(i + 2).text().isEmpty();
            pairs.add(new Instruction.Pair(words.get(i).text(), words.get(i + 1).text(), legacy));
        }
        return pairs;
    }

    /** In the order of their text, since that is the order BuildKit writes into the history. */
    private @Nullable Instruction expose(Node node) {
        if (!noFlags(node) | !require(!node.words().isEmpty(), node, "at least one argument")) {
            return null;
        }
        return new Instruction.Expose(
                node.written(), node.texts().stream().sorted().toList());
    }

    private @Nullable String onlyWord(Node node) {
        boolean right = noFlags(node) & require(node.words().size() == 1, node, "exactly one argument");
        return right ? node.words().getFirst().text() : null;
    }

    private @Nullable Instruction maintainer(Node node) {
        String word = onlyWord(node);
        return word == null ? null : new Instruction.Maintainer(node.written(), word);
    }

    private @Nullable Instruction stopSignal(Node node) {
        String word = onlyWord(node);
        return word == null ? null : new Instruction.StopSignal(node.written(), word);
    }

    private @Nullable Instruction user(Node node) {
        String word = onlyWord(node);
        return word == null ? null : new Instruction.User(node.written(), word);
    }

    private @Nullable Instruction workdir(Node node) {
        String word = onlyWord(node);
        return word == null ? null : new Instruction.Workdir(node.written(), word);
    }

    private @Nullable Instruction volume(Node node) {
        if (!noFlags(node) | !require(!node.words().isEmpty(), node, "at least one argument")) {
            return null;
        }
        List<String> paths = node.texts().stream().map(Spaces::trim).toList();
        if (paths.contains("")) {
            diagnostics.error(node.argumentSpan(), "VOLUME specified can not be an empty string", null);
            return null;
        }
        return new Instruction.Volume(node.written(), paths);
    }

    private @Nullable Instruction shell(Node node) {
        if (!noFlags(node) | !require(!node.words().isEmpty(), node, "at least one argument")) {
            return null;
        }
        if (!node.json()) {
            diagnostics.error(
                    node.argumentSpan(),
                    "SHELL requires the arguments to be in JSON form",
                    "write SHELL [\"/bin/sh\", \"-c\"]");
            return null;
        }
        return new Instruction.Shell(node.written(), node.texts());
    }

    private @Nullable Instruction onbuild(Node node) {
        Node child = node.child();
        if (!noFlags(node) | !require(child != null, node, "at least one argument") || child == null) {
            return null;
        }
        Span keyword = child.span().part(0, child.written().keyword().length());
        String name = name(child);
        switch (name) {
            case "ONBUILD" -> {
                diagnostics.error(keyword, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", null);
                return null;
            }
            case "FROM", "MAINTAINER" -> {
                diagnostics.error(keyword, name + " isn't allowed as an ONBUILD trigger", null);
                return null;
            }
            default -> {}
        }
        StringBuilder expression = new StringBuilder(child.written().text());
        for (Heredoc heredoc : node.heredocs()) {
            expression.append('\n').append(heredoc.content()).append(heredoc.name());
        }
        return new Instruction.Onbuild(node.written(), trigger(child), expression.toString());
    }

    /** The image builds with a trigger that is wrong, and only the next build fails: so its faults are warnings. */
    private @Nullable Instruction trigger(Node child) {
        Diagnostics found = new Diagnostics();
        Instruction trigger = new InstructionReader(found).read(child);
        found.sorted().forEach(d -> diagnostics.warning(d.span(), d.message(), d.remedy()));
        return trigger;
    }
}
