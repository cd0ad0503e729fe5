package dev.runner.step.action.setup;

import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what is installed, by a script that runs where the job's steps run. */
final class InstalledTools {
    private final ActionContext context;

    InstalledTools(ActionContext context) {
        this.context = context;
    }

    /**
     * A tool.
     *
     * @param path of its program or its folder, as the job's steps see it
     * @param vendor empty where nobody asks
     */
    record Tool(ToolVersion version, String path, String vendor) {}

    /**
     * Runs a script that calls {@code tell VERSION PATH [VENDOR]} for each tool it finds. Those found first win among equals.
     */
    List<Tool> search(String script) throws IOException, InterruptedException {
        List<Tool> tools = new ArrayList<>();
        for (String line :
                new LinkedHashSet<>(output("tell() { printf '%s\\t%s\\t%s\\n' \"$1\" \"$2\" \"$3\"; }\n" + script))) {
            String[] fields = line.split("\t", -1);
            ToolVersion version = fields.length < 3 ? null : ToolVersion.parse(fields[0]);
            if (version != null) {
                tools.add(new Tool(version, fields[1], fields[2]));
            }
        }
        return tools;
    }

    /** What a script prints, line by line; nothing of it is in the log. */
    List<String> output(String script) throws IOException, InterruptedException {
        String name = "probe-" + UUID.randomUUID();
        Path file = context.temporary().resolve(name);
        try {
            context.execute(
                    List.of("sh", "-c", "{\n" + script + "\n} > \"$RUNNER_TEMP/" + name + "\" 2>/dev/null"),
                    Map.of(),
                    null);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The newest that will do; null when none does. */
    static @Nullable Tool newest(List<Tool> tools, Predicate<Tool> condition) {
        Tool best = null;
        for (Tool tool : tools) {
            if (condition.test(tool) && (best == null || tool.version().compareTo(best.version()) > 0)) {
                best = tool;
            }
        }
        return best;
    }

    /** The failure of a machine that has it not. */
    ActionFailedException missing(String what, String wanted, List<Tool> tools, String action) {
        String there = tools.stream()
                .sorted(Comparator.comparing(Tool::version).reversed())
                .map(tool -> tool.version() + " (" + tool.path() + ")")
                .distinct()
                .collect(Collectors.joining(", "));
        return ActionFailedException.lacking(
                "there is no " + what + " that is '" + wanted + "' on this machine"
                        + (there.isEmpty() ? ", and no other" : "; there are " + there),
                "install it, for example into the tool cache " + context.toolCache()
                        + ", or let the published action download it: --no-builtin " + action);
    }
}
