package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HEALTHCHECK and its flags. */
final class HealthcheckReader {
    private static final Flags.Known KNOWN = new Flags.Known(
            Set.of("interval", "timeout", "start-period", "start-interval", "retries"), Set.of(), Set.of());
    private static final Duration LEAST = Duration.ofMillis(1);

    private final Node node;
    private final Diagnostics diagnostics;

    HealthcheckReader(Node node, Diagnostics diagnostics) {
        this.node = node;
        this.diagnostics = diagnostics;
    }

    @Nullable
    Instruction read() {
        if (node.words().isEmpty()) {
            diagnostics.error(
                    node.span(), "HEALTHCHECK requires at least one argument", "write HEALTHCHECK CMD or NONE");
            return null;
        }
        Token type = node.words().getFirst();
        List<Token> command = node.words().subList(1, node.words().size());
        return switch (type.text().toUpperCase(Locale.ROOT)) {
            case "NONE" -> none(command);
            case "CMD" -> probe(command);
            default -> {
                diagnostics.error(
                        type.span(),
                        "Unknown type \"" + type.text().toUpperCase(Locale.ROOT) + "\" in HEALTHCHECK (try CMD)",
                        null);
                yield null;
            }
        };
    }

    private @Nullable Instruction none(List<Token> command) {
        if (!command.isEmpty()) {
            diagnostics.error(command.getFirst().span(), "HEALTHCHECK NONE takes no arguments", null);
            return null;
        }
        return new Instruction.Healthcheck(node.written(), null);
    }

    private @Nullable Instruction probe(List<Token> command) {
        Flags flags = Flags.read(node, KNOWN, diagnostics);
        if (command.isEmpty()) {
            diagnostics.error(node.span(), "Missing command after HEALTHCHECK CMD", null);
            return null;
        }
        List<String> words = command.stream().map(Token::text).toList();
        CommandLine line =
                node.json() ? new CommandLine.Exec(words) : new CommandLine.Shell(String.join(" ", words), List.of());
        return new Instruction.Healthcheck(
                node.written(),
                new Instruction.Healthcheck.Probe(
                        line,
                        duration(flags, "interval"),
                        duration(flags, "timeout"),
                        duration(flags, "start-period"),
                        duration(flags, "start-interval"),
                        retries(flags)));
    }

    private Duration duration(Flags flags, String name) {
        Token token = flags.token(name);
        if (token == null || token.text().isEmpty()) {
            return Duration.ZERO;
        }
        Duration duration = GoValues.parseDuration(token.text());
        if (duration == null) {
            diagnostics.error(
                    token.span(),
                    "invalid duration \"" + token.text() + "\" for --" + name,
                    "write a number with its unit: 30s, 1m30s, 500ms");
            return Duration.ZERO;
        }
        if (!duration.isZero() && duration.compareTo(LEAST) < 0) {
            diagnostics.error(token.span(), "Interval \"" + name + "\" cannot be less than 1ms", null);
        }
        return duration;
    }

    private int retries(Flags flags) {
        Token token = flags.token("retries");
        if (token == null || token.text().isEmpty()) {
            return 0;
        }
        try {
            int retries = Integer.parseInt(token.text());
            if (retries < 0) {
                diagnostics.error(token.span(), "--retries cannot be negative (" + retries + ")", null);
            }
            return retries;
        } catch (NumberFormatException e) {
            diagnostics.error(
                    token.span(), "invalid number \"" + token.text() + "\" for --retries", "write a whole number");
            return 0;
        }
    }
}
