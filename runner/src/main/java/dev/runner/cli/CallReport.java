package dev.runner.cli;

import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Outline;
import dev.runner.dockerfile.Targets;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers to {@code --call}, as {@code docker buildx build} prints them. */
final class CallReport {
    private CallReport() {}

    static String of(List<CheckFinding> findings, Source dockerfile, CallOption.Format format) {
        return switch (format) {
            case TEXT -> CheckFinding.report(findings);
            case JSON -> json(findings, dockerfile);
        };
    }

    static String of(Outline outline, Source dockerfile, CallOption.Format format) {
        return switch (format) {
            case TEXT -> text(outline);
            case JSON -> json(outline, dockerfile);
        };
    }

    static String of(Targets targets, Source dockerfile, CallOption.Format format) {
        return switch (format) {
            case TEXT -> text(targets);
            case JSON -> json(targets, dockerfile);
        };
    }

    private static String json(List<CheckFinding> findings, Source dockerfile) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode warnings = root.putArray("warnings");
        for (CheckFinding finding : findings) {
            ObjectNode warning = warnings.addObject();
            warning.put("ruleName", finding.rule().ruleName());
            warning.put("description", finding.rule().description());
            warning.put("url", finding.url());
            warning.put("detail", finding.message());
            location(warning, finding.span());
        }
        ObjectNode source = root.putArray("sources").addObject();
        source.put("filename", dockerfile.name());
        source.put("data", base64(dockerfile));
        source.put("language", "Dockerfile");
        return GoJson.text(root) + "\n";
    }

    private static void location(ObjectNode node, Span span) {
        ObjectNode range = node.putObject("location").putArray("ranges").addObject();
        range.putObject("start").put("line", span.line());
        range.putObject("end").put("line", span.lastLine());
    }

    private static String base64(Source dockerfile) {
        return Base64.getEncoder().encodeToString(dockerfile.text().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Outline outline) {
        StringBuilder text = new StringBuilder();
        String name = outline.name() == null ? "" : outline.name();
        if (!name.isEmpty()) {
            List<List<String>> head = new ArrayList<>(List.of(List.of("TARGET:", name)));
            if (!outline.description().isEmpty()) {
                head.add(List.of("DESCRIPTION:", outline.description()));
            }
            text.append(table(head, 1)).append('\n');
        }
        if (!outline.arguments().isEmpty()) {
            List<List<String>> rows = new ArrayList<>(List.of(List.of("BUILD ARG", "VALUE", "DESCRIPTION")));
            outline.arguments().forEach(arg -> rows.add(List.of(arg.name(), arg.value(), arg.description())));
            text.append(table(rows, 3)).append('\n');
        }
        sources(text, "SECRET", outline.secrets());
        sources(text, "SSH", outline.agents());
        return text.toString();
    }

    private static void sources(StringBuilder text, String title, List<Outline.Source> sources) {
        if (!sources.isEmpty()) {
            List<List<String>> rows = new ArrayList<>(List.of(List.of(title, "REQUIRED")));
            sources.forEach(source -> rows.add(List.of(source.name(), source.required() ? "true" : "")));
            text.append(table(rows, 3)).append('\n');
        }
    }

    /** Columns as wide as their widest cell and some room; the last one as it is. */
    private static String table(List<List<String>> rows, int room) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                String cell = row.get(i);
                text.append(cell);
                if (i < row.size() - 1) {
                    int width = rows.stream()
                            .mapToInt(other -> other.get(column).length())
                            .max()
                            .orElse(0);
                    text.repeat(' ', width + room - cell.length());
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String json(Outline outline, Source dockerfile) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        put(root, "name", outline.name() == null ? "" : outline.name());
        put(root, "description", outline.description());
        if (!outline.arguments().isEmpty()) {
            ArrayNode list = root.putArray("args");
            for (Outline.Argument argument : outline.arguments()) {
                ObjectNode node = list.addObject().put("name", argument.name());
                put(node, "description", argument.description());
                put(node, "value", argument.value());
                location(node, argument.span());
            }
        }
        sources(root, "secrets", outline.secrets());
        sources(root, "ssh", outline.agents());
        root.putArray("sources").add(base64(dockerfile));
        return GoJson.text(root) + "\n";
    }

    private static void sources(ObjectNode root, String key, List<Outline.Source> sources) {
        if (!sources.isEmpty()) {
            ArrayNode list = root.putArray(key);
            for (Outline.Source source : sources) {
                ObjectNode node = list.addObject().put("name", source.name());
                if (source.required()) {
                    node.put("required", true);
                }
                location(node, source.span());
            }
        }
    }

    private static void put(ObjectNode node, String key, String value) {
        if (!value.isEmpty()) {
            node.put(key, value);
        }
    }

    private static String text(Targets targets) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("TARGET", "DESCRIPTION")));
        for (Targets.Target target : targets.targets()) {
            String name = target.name() == null ? "" : target.name();
            String shown = target.isDefault() ? (name + " (default)").strip() : name;
            rows.add(List.of(shown, target.description()));
        }
        return table(rows, 1);
    }

    private static String json(Targets targets, Source dockerfile) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode list = root.putArray("targets");
        for (Targets.Target target : targets.targets()) {
            ObjectNode node = list.addObject();
            put(node, "name", target.name() == null ? "" : target.name());
            if (target.isDefault()) {
                node.put("default", true);
            }
            put(node, "description", target.description());
            put(node, "base", target.base());
            put(node, "platform", target.platform() == null ? "" : target.platform());
            location(node, target.span());
        }
        root.putArray("sources").add(base64(dockerfile));
        return GoJson.text(root) + "\n";
    }
}
