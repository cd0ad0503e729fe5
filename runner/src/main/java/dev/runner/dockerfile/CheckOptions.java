package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code skip=Rule,Rule;error=true;experimental=Rule}; {@code all} stands for every rule.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#check">Dockerfile reference, check</a>
 */
record CheckOptions(Set<String> skipped, Set<String> experimental, boolean failing) {
    static final CheckOptions DEFAULT = new CheckOptions(Set.of(), Set.of(), false);
    private static final String ALL = "all";

    CheckOptions {
        skipped = Set.copyOf(skipped);
        experimental = Set.copyOf(experimental);
    }

    /** @throws InvalidSourceException at the option that is wrong */
    static CheckOptions parse(Span options) {
        Set<String> skipped = new HashSet<>();
        Set<String> experimental = new HashSet<>();
        boolean failing = false;
        String text = options.text();
        int start = 0;
        while (start < text.length()) {
            int semicolon = text.indexOf(';', start);
            int end = semicolon < 0 ? text.length() : semicolon;
            String option = Spaces.trim(text.substring(start, end));
            int equals = option.indexOf('=');
            String key = Spaces.trim(equals < 0 ? option : option.substring(0, equals));
            String value = equals < 0 ? "" : Spaces.trim(option.substring(equals + 1));
            switch (equals < 0 && !option.isEmpty() ? "?" : key) {
                case "skip" -> skipped.addAll(names(value));
                case "experimental" -> experimental.addAll(names(value));
                case "error" -> {
                    Boolean truth = GoValues.parseBoolean(value);
                    if (truth == null) {
                        throw invalid(options.part(start, end), option);
                    }
                    failing = truth;
                }
                case "" -> {}
                default -> throw invalid(options.part(start, end), option);
            }
            start = end + 1;
        }
        return new CheckOptions(skipped, experimental, failing);
    }

    private static List<String> names(String value) {
        return List.of(value.split(",", -1)).stream().map(Spaces::trim).toList();
    }

    private static InvalidSourceException invalid(Span span, String option) {
        return new InvalidSourceException(Diagnostic.error(
                span,
                "invalid check option \"" + option + "\"",
                "write skip=RULE,RULE or skip=all, error=true, experimental=RULE; with semicolons between"));
    }

    boolean runs(CheckRule rule) {
        if (skipped.contains(ALL) || skipped.contains(rule.ruleName())) {
            return false;
        }
        return !rule.isExperimental() || experimental.contains(ALL) || experimental.contains(rule.ruleName());
    }
}
