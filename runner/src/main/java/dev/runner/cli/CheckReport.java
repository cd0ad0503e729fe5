package dev.runner.cli;

import dev.runner.dockerfile.CheckFinding;
import dev.runner.source.Source;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the build checks found, as {@code docker build --check} prints it. */
final class CheckReport {
    /** How. */
    enum Format {
        TEXT,
        JSON
    }

    private CheckReport() {}

    static void print(List<CheckFinding> findings, Source dockerfile, Format format, PrintWriter out) {
        switch (format) {
            case TEXT -> out.print(CheckFinding.report(findings));
            case JSON -> out.println(json(findings, dockerfile));
        }
        out.flush();
    }

    private static String json(List<CheckFinding> findings, Source dockerfile) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode warnings = root.putArray("warnings");
        for (CheckFinding finding : findings) {
            ObjectNode warning = warnings.addObject();
            warning.put("ruleName", finding.rule().ruleName());
            warning.put("description", finding.rule().description());
            warning.put("url", finding.url());
            warning.put("detail", finding.message());
            ObjectNode range = warning.putObject("location").putArray("ranges").addObject();
            range.putObject("start").put("line", finding.span().line());
            range.putObject("end").put("line", finding.lastLine());
        }
        ArrayNode sources = root.putArray("sources");
        sources.addObject().put("filename", dockerfile.name());
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }
}
