package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rules that need no variable's value: casing, names, comments. */
final class TextChecks {
    private static final Set<String> RESERVED = Set.of("context", "scratch");

    private final Dockerfile dockerfile;
    private final Checks checks;

    private TextChecks(Dockerfile dockerfile, Checks checks) {
        this.dockerfile = dockerfile;
        this.checks = checks;
    }

    static void run(Dockerfile dockerfile, Checks checks) {
        TextChecks text = new TextChecks(dockerfile, checks);
        for (Span instruction : dockerfile.emptyContinuations()) {
            Span last = instruction.source().line(instruction.endLine());
            checks.found(CheckRule.NO_EMPTY_CONTINUATION, last, "Empty continuation line");
        }
        dockerfile.metaArguments().forEach(text::describesArguments);
        text.stageNames();
        text.casing();
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            stage.instructions().forEach(text::instruction);
        }
    }

    private void instruction(Instruction instruction) {
        if (instruction instanceof Instruction.Maintainer) {
            checks.found(
                    CheckRule.MAINTAINER_DEPRECATED,
                    instruction.span(),
                    "Maintainer instruction is deprecated in favor of using label");
        } else if (instruction instanceof Instruction.Arg arg) {
            describesArguments(arg);
        }
    }

    private void stageNames() {
        Set<String> seen = new HashSet<>();
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            String alias = stage.from().alias();
            String name = stage.name();
            if (alias == null || name == null) {
                continue;
            }
            Span span = stage.from().span();
            if (!alias.equals(name)) {
                checks.found(CheckRule.STAGE_NAME_CASING, span, "Stage name '" + alias + "' should be lowercase");
            }
            as(stage.from());
            if (RESERVED.contains(name)) {
                checks.found(
                        CheckRule.RESERVED_STAGE_NAME,
                        span,
                        "Stage name should not use the same name as reserved stage \"" + name + "\"");
            }
            if (!seen.add(name)) {
                checks.found(
                        CheckRule.DUPLICATE_STAGE_NAME,
                        span,
                        "Duplicate stage name \"" + name + "\", stage names should be unique");
            }
            describes("FROM", List.of(name), stage.from());
        }
    }

    /** A keyword in mixed case is {@link #casing}'s affair. */
    private void as(Instruction.From from) {
        String keyword = from.written().keyword();
        String[] words = from.text().split("[\\t\\x0B\\f\\r ]+");
        String as = words[words.length - 2];
        boolean lower = keyword.equals(keyword.toLowerCase(Locale.ROOT));
        boolean upper = keyword.equals(keyword.toUpperCase(Locale.ROOT));
        boolean matches = lower ? as.equals(as.toLowerCase(Locale.ROOT)) : as.equals(as.toUpperCase(Locale.ROOT));
        if ((lower || upper) && !matches) {
            checks.found(
                    CheckRule.FROM_AS_CASING,
                    from.span(),
                    "'" + as + "' and '" + keyword + "' keywords' casing do not match");
        }
    }

    /** The majority decides; capitals win a tie. ARGs before the first FROM do not count. */
    private void casing() {
        int lower = 0;
        int upper = 0;
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            for (Instruction instruction : all(stage)) {
                String keyword = instruction.written().keyword();
                lower += keyword.equals(keyword.toLowerCase(Locale.ROOT)) ? 1 : 0;
                upper += keyword.equals(keyword.toUpperCase(Locale.ROOT)) ? 1 : 0;
            }
        }
        boolean lowerWins = lower > upper;
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            for (Instruction instruction : all(stage)) {
                String keyword = instruction.written().keyword();
                String right = lowerWins ? keyword.toLowerCase(Locale.ROOT) : keyword.toUpperCase(Locale.ROOT);
                if (!keyword.equals(right)) {
                    checks.found(
                            CheckRule.CONSISTENT_INSTRUCTION_CASING,
                            instruction.span(),
                            "Command '" + keyword + "' should match the case of the command majority ("
                                    + (lowerWins ? "lowercase" : "uppercase") + ")");
                }
            }
        }
    }

    private static List<Instruction> all(Dockerfile.Stage stage) {
        List<Instruction> all = new ArrayList<>(stage.instructions());
        all.addFirst(stage.from());
        return all;
    }

    private void describesArguments(Instruction.Arg arg) {
        describes(
                "ARG",
                arg.arguments().stream().map(Instruction.Arg.Argument::name).toList(),
                arg);
    }

    /** A comment right above a definition begins with the name it defines. */
    private void describes(String keyword, List<String> names, Instruction instruction) {
        List<String> comments = instruction.written().comments();
        if (comments.isEmpty() || names.isEmpty()) {
            return;
        }
        String comment = comments.getLast();
        int space = comment.indexOf(' ');
        if (!names.contains(space < 0 ? comment : comment.substring(0, space))) {
            String example = names.size() > 1 ? "<arg_key>" : names.getFirst();
            checks.found(
                    CheckRule.INVALID_DEFINITION_DESCRIPTION,
                    instruction.span(),
                    "Comment for " + keyword + " should follow the format: `# " + example + " <description>`");
        }
    }
}
