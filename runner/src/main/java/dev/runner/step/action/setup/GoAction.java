package dev.runner.step.action.setup;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.setup.InstalledTools.Tool;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a Go of the machine first in {@code PATH}.
 *
 * @see <a href="https://github.com/actions/setup-go#readme">actions/setup-go</a>
 */
public final class GoAction extends ContractedAction {
    private static final String SEARCH = """
            for g in "$RUNNER_TOOL_CACHE"/go/*/* /opt/hostedtoolcache/go/*/* /usr/local/go /usr/lib/go-* /usr/lib/go \\
                "$HOME"/sdk/go* "$HOME"/.gvm/gos/* "$HOME"/.local/share/mise/installs/go/* \\
                "$HOME"/.asdf/installs/golang/*/go "$(dirname "$(dirname "$(command -v go || echo /none/bin/go)")")"; do
              [ -x "$g/bin/go" ] || continue
              v=$(GOTOOLCHAIN=local "$g/bin/go" version | sed 's/^go version go\\([^ ]*\\).*/\\1/')
              tell "$(echo "$v" | sed 's/^\\([0-9]*\\.[0-9]*\\)\\(rc\\|beta\\)/\\1.0-\\2./')" "$g" ""
            done
            """;

    private final CacheStore store;

    public GoAction(CacheStore store) {
        super(Contract.named("actions/setup-go", 1, 6)
                .inputs("go-version")
                .from(2)
                .inputs("go-version-file", "architecture", "cache-dependency-path")
                .input("check-latest", "false")
                .input("token", "${{ github.token }}")
                .outputs("go-version", "cache-hit")
                .in(2, 3)
                .input("cache", "false")
                .from(4)
                .input("cache", "true")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        String wanted = wanted(context);
        InstalledTools installed = new InstalledTools(context);
        List<Tool> tools = installed.search(SEARCH);
        Tool go = InstalledTools.newest(tools, wanted.isEmpty() ? _ -> true : condition(wanted, tools));
        if (go == null) {
            throw installed.missing("Go", wanted.isEmpty() ? "*" : wanted, tools, name());
        }
        if (!wanted.isEmpty()) {
            context.addPath(go.path() + "/bin");
            context.exportVariable("GOTOOLCHAIN", "local");
        }
        List<String> path = installed.output("'" + go.path() + "/bin/go' env GOPATH");
        if (!path.isEmpty() && !path.getFirst().isBlank()) {
            context.addPath(path.getFirst() + "/bin");
        }
        context.info("go version go" + go.version() + " (" + go.path() + ")");
        context.setOutput("go-version", go.version().toString());
        Matchers.GO.register(context);
        if (context.inputs().isTrue("cache")) {
            cache(installed, go, context);
        }
    }

    /** Without {@code go.sum} there is nothing to keep; the published action warns and goes on. */
    private void cache(InstalledTools installed, Tool go, ActionContext context)
            throws IOException, InterruptedException {
        List<String> files = context.inputs().lines("cache-dependency-path");
        if (files.isEmpty() && !Files.exists(context.workspace().resolve("go.sum"))) {
            context.warning("Restore cache failed: Dependencies file is not found in " + context.workspace()
                    + ". Supported file pattern: go.sum");
            return;
        }
        String program = "'" + go.path() + "/bin/go'";
        List<String> folders = installed.output(program + " env GOMODCACHE GOCACHE");
        if (folders.size() == 2) {
            new PackageCache(store, context)
                    .restore(new PackageCache.Downloads(
                            "setup-go-" + PackageCache.platform() + "-go-" + go.version() + "-",
                            folders,
                            files.isEmpty() ? List.of("go.sum") : files));
        }
    }

    @Override
    public String postCondition() {
        return "success()";
    }

    @Override
    public void post(ActionContext context) throws IOException {
        new PackageCache(store, context).save();
    }

    private static String wanted(ActionContext context) {
        String version = context.inputs().get("go-version");
        String file = context.inputs().get("go-version-file");
        if (!version.isEmpty() || file.isEmpty()) {
            if (!file.isEmpty()) {
                context.warning(
                        "Both go-version and go-version-file inputs are specified, only go-version will be used");
            }
            return version;
        }
        String found = fromFile(file, VersionFile.read(context, file, "go"));
        if (found == null) {
            throw VersionFile.unreadable(file, "Go");
        }
        return found;
    }

    static @Nullable String fromFile(String name, String text) {
        if (name.endsWith("go.mod") || name.endsWith("go.work")) {
            String toolchain = VersionFile.find(text, "^toolchain\\s+go(\\d\\S*)");
            return toolchain == null ? VersionFile.find(text, "^go\\s+(\\d\\S*)") : toolchain;
        }
        if (name.endsWith(".tool-versions")) {
            return VersionFile.find(text, "^golang\\s+([^\\s#]+)");
        }
        String bare = text.strip();
        return bare.isEmpty() ? null : bare;
    }

    static Predicate<Tool> condition(String wanted, List<Tool> tools) {
        List<Tool> releases =
                tools.stream().filter(tool -> !tool.version().isPre()).toList();
        Tool newest = InstalledTools.newest(new ArrayList<>(releases), _ -> true);
        switch (wanted) {
            case "stable" -> {
                return tool -> !tool.version().isPre();
            }
            case "oldstable" -> {
                return tool -> newest != null
                        && !tool.version().isPre()
                        && tool.version().major() == newest.version().major()
                        && tool.version().minor() == newest.version().minor() - 1;
            }
            default -> {
                String spec =
                        wanted.replaceFirst("^go", "").replaceFirst("^(\\d+\\.\\d+)(rc|beta)(\\d+)$", "$1.0-$2.$3");
                VersionRange range = VersionRange.parse(spec);
                if (range == null) {
                    throw ActionFailedException.badInput(
                            "'" + wanted + "' is no version of Go", "write 1.22, ^1.21, stable or oldstable");
                }
                return tool -> range.contains(tool.version());
            }
        }
    }
}
