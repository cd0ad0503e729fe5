package dev.runner.cli;

import dev.runner.dockerfile.CheckFinding;
import dev.runner.source.Source;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the build checks found, as {@code docker build --check} prints it. */
final class CheckReport {
    private static final String RULES = "https://docs.docker.com/go/dockerfile/rule/";

    /** How. */
    enum Format {
        TEXT,
        JSON
    }

    private CheckReport() {}

    static void print(List<CheckFinding> findings, Source dockerfile, Format format, PrintWriter out) {
        switch (format) {
            case TEXT -> text(findings, out);
            case JSON -> out.println(json(findings, dockerfile));
        }
        out.flush();
    }

    private static void text(List<CheckFinding> findings, PrintWriter out) {
        out.println(
                switch (findings.size()) {
                    case 0 -> "Check complete, no warnings found.";
                    case 1 -> "Check complete, 1 warning has been found!";
                    default -> "Check complete, " + findings.size() + " warnings have been found!";
                });
        for (CheckFinding finding : findings) {
            out.println();
            out.println("WARNING: " + finding.rule().ruleName() + " - " + url(finding));
            out.println(finding.rule().description());
            out.println(finding.diagnostic(false).render());
        }
    }

    private static String url(CheckFinding finding) {
        String name = finding.rule().ruleName().replaceAll("([a-z])([A-Z])|([A-Z])([A-Z][a-z])", "$1$3-$2$4");
        return RULES + name.toLowerCase(Locale.ROOT) + "/";
    }

    private static String json(List<CheckFinding> findings, Source dockerfile) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode warnings = root.putArray("warnings");
        for (CheckFinding finding : findings) {
            ObjectNode warning = warnings.addObject();
            warning.put("ruleName", finding.rule().ruleName());
            warning.put("description", finding.rule().description());
            warning.put("url", url(finding));
            warning.put("detail", finding.message());
            ObjectNode range = warning.putObject("location").putArray("ranges").addObject();
            range.putObject("start").put("line", finding.span().line());
            range.putObject("end").put("line", lastLine(finding));
        }
        ArrayNode sources = root.putArray("sources");
        sources.addObject().put("filename", dockerfile.name());
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private static int lastLine(CheckFinding finding) {
        String text = finding.span().text().stripTrailing();
        return finding.span().line() + (int) text.chars().filter(c -> c == '\n').count();
    }
}
