package dev.runner.differential;

import java.util.List;

/** The verdicts as a table, and whether they may stand. */
record DifferentialReport(List<Verdict> verdicts, AcceptedDifferences accepted) {
    private static final int SHOWN = 12;

    /** Of a cell, in characters: a message may quote a line of any length. */
    private static final int LONGEST = 600;

    DifferentialReport {
        verdicts = List.copyOf(verdicts);
    }

    boolean passed() {
        return verdicts.stream().allMatch(this::stands);
    }

    /** Whether nothing in it differs that is not accepted. */
    boolean stands(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Same _, Verdict.Skipped _ -> true;
            case Verdict.BothFailed both -> both.missing().isEmpty() || accepted.cover(asDifference(both));
            case Verdict.Differs differs -> differs.differences().stream().allMatch(accepted::cover);
            case Verdict.OnlyOneBuilt one -> accepted.cover(asDifference(one));
            case Verdict.BadCase _ -> false;
        };
    }

    /** One verdict in words: nothing but the name when it stands by being the same. */
    String words(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        row(verdict, text);
        return text.toString();
    }

    String summary() {
        StringBuilder text = new StringBuilder();
        verdicts.stream().filter(each -> !stands(each)).forEach(each -> row(each, text));
        long same = verdicts.stream()
                .filter(each -> each instanceof Verdict.Same
                        || each instanceof Verdict.BothFailed both
                                && both.missing().isEmpty())
                .count();
        long skipped =
                verdicts.stream().filter(Verdict.Skipped.class::isInstance).count();
        long failing = verdicts.stream().filter(each -> !stands(each)).count();
        return text
                + "%d cases: %d same, %d differ by an accepted difference, %d skipped, %d fail"
                        .formatted(verdicts.size(), same, verdicts.size() - same - skipped - failing, skipped, failing);
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# The embedded engine beside BuildKit\n\n");
        text.append(summary().lines().reduce("", (before, line) -> line)).append("\n\n");
        text.append("| case | same | field | BuildKit | runner |\n|---|---|---|---|---|\n");
        verdicts.forEach(each -> row(each, text));
        return text.toString();
    }

    private void row(Verdict verdict, StringBuilder text) {
        switch (verdict) {
            case Verdict.Same same -> line(text, same.name(), "same", "", "", "");
            case Verdict.BothFailed both -> {
                Difference difference = asDifference(both);
                String mark = both.missing().isEmpty() ? "both fail" : mark(difference);
                line(text, both.name(), mark, difference.field(), difference.reference(), difference.ours());
            }
            case Verdict.Skipped skipped -> line(text, skipped.name(), "skipped", skipped.reason(), "", "");
            case Verdict.BadCase bad -> line(text, bad.name(), "BAD CASE", last(bad.said()), "", "");
            case Verdict.OnlyOneBuilt one -> {
                Difference difference = asDifference(one);
                line(text, one.name(), mark(difference), difference.field(), difference.reference(), difference.ours());
            }
            case Verdict.Differs differs -> {
                differs.differences().stream()
                        .limit(SHOWN)
                        .forEach(each ->
                                line(text, each.name(), mark(each), each.field(), each.reference(), each.ours()));
                int more = differs.differences().size() - SHOWN;
                if (more > 0) {
                    line(text, differs.name(), "", "and " + more + " more", "", "");
                }
            }
        }
    }

    private String mark(Difference difference) {
        return accepted.cover(difference) ? "accepted" : "DIFFERS";
    }

    private static Difference asDifference(Verdict.BothFailed both) {
        String field = both.missing().isEmpty() ? "" : "message lacks " + String.join(", ", both.missing());
        return new Difference(both.name(), field, last(both.reference()), last(both.ours()));
    }

    private static Difference asDifference(Verdict.OnlyOneBuilt one) {
        return one.ours()
                ? new Difference(one.name(), "outcome", last(one.said()), "builds")
                : new Difference(one.name(), "outcome", "builds", last(one.said()));
    }

    private static void line(StringBuilder text, String... cells) {
        for (String cell : cells) {
            String shown = cell.length() > LONGEST ? cell.substring(0, LONGEST) + "…" : cell;
            text.append("| ")
                    .append(shown.replace("|", "\\|").replace("\n", "\\n"))
                    .append(' ');
        }
        text.append("|\n");
    }

    private static String last(String said) {
        List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }
}
