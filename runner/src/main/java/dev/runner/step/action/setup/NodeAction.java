package dev.runner.step.action.setup;

import dev.runner.expression.Value;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.setup.InstalledTools.Tool;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a Node of the machine first in {@code PATH}.
 *
 * @see <a href="https://github.com/actions/setup-node#readme">actions/setup-node</a>
 */
public final class NodeAction extends ContractedAction {
    private static final String SEARCH = """
            for n in "$RUNNER_TOOL_CACHE"/node/*/*/bin/node /opt/hostedtoolcache/node/*/*/bin/node \\
                "$HOME"/.nvm/versions/node/*/bin/node "$HOME"/.volta/tools/image/node/*/bin/node \\
                "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node "$HOME"/.asdf/installs/nodejs/*/bin/node \\
                "$HOME"/.local/share/mise/installs/node/*/bin/node /usr/local/n/versions/node/*/bin/node \\
                "$(command -v node)" "$(command -v nodejs)"; do
              [ -x "$n" ] && tell "$("$n" --version)" "$n" ""
            done
            """;
    private static final Map<String, Integer> CODE_NAMES = Map.of(
            "argon",
            4,
            "boron",
            6,
            "carbon",
            8,
            "dubnium",
            10,
            "erbium",
            12,
            "fermium",
            14,
            "gallium",
            16,
            "hydrogen",
            18,
            "iron",
            20,
            "jod",
            22);
    private static final int KRYPTON = 24;

    private final CacheStore store;

    public NodeAction(CacheStore store) {
        super(Contract.named("actions/setup-node", 1, 6)
                .inputs("node-version", "registry-url", "scope", "always-auth")
                .in(1, 2)
                .inputs("version")
                .from(2)
                .inputs("architecture", "cache", "cache-dependency-path", "node-version-file")
                .input("check-latest", "false")
                .input("token", "${{ github.token }}")
                .outputs("cache-hit", "node-version")
                .from(4)
                .inputs("mirror", "mirror-token")
                .from(5)
                .input("package-manager-cache", "true")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        ActionInputs inputs = context.inputs();
        InstalledTools installed = new InstalledTools(context);
        String wanted = wanted(context);
        List<Tool> tools = installed.search(SEARCH);
        Tool node = wanted.isEmpty()
                ? InstalledTools.newest(tools, _ -> true)
                : InstalledTools.newest(tools, condition(wanted, tools));
        if (node == null && !wanted.isEmpty()) {
            throw installed.missing("Node", wanted, tools, name());
        }
        if (node != null) {
            if (!wanted.isEmpty()) {
                context.addPath(node.path().substring(0, node.path().lastIndexOf('/')));
            }
            context.info("node: v" + node.version() + " (" + node.path() + ")");
            context.setOutput("node-version", "v" + node.version());
        }
        if (inputs.isGiven("registry-url")) {
            registry(context);
        }
        String manager = inputs.get("cache");
        if (!manager.isEmpty()) {
            new PackageCache(store, context).restore(downloads(manager, context));
        }
        Matchers.NODE.register(context);
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
        ActionInputs inputs = context.inputs();
        String version = inputs.isGiven("node-version") ? inputs.get("node-version") : inputs.get("version");
        String file = inputs.get("node-version-file");
        if (!version.isEmpty() && !file.isEmpty()) {
            context.warning(
                    "Both node-version and node-version-file inputs are specified, only node-version will be used");
        }
        if (!version.isEmpty() || file.isEmpty()) {
            return version;
        }
        String found = fromFile(VersionFile.read(context, file, "node"));
        if (found == null) {
            throw VersionFile.unreadable(file, "Node");
        }
        context.info("Resolved " + file + " as " + found);
        return found;
    }

    /** Of {@code package.json}: what Volta, the development engines or the engines say; else the first version in it. */
    static @Nullable String fromFile(String text) {
        if (text.stripLeading().startsWith("{")) {
            try {
                Value.Obj root = (Value.Obj) Value.fromJson(text);
                String volta = field(root, "volta", "node");
                String engine = "node".equals(field(root, "devEngines", "runtime", "name"))
                        ? field(root, "devEngines", "runtime", "version")
                        : null;
                return volta != null ? volta : engine != null ? engine : field(root, "engines", "node");
            } catch (IllegalArgumentException e) {
                throw ActionFailedException.badInput("package.json is no JSON: " + e.getMessage(), null);
            }
        }
        String found = VersionFile.find(text, "^(?:node(?:js)?\\s+)?v?(\\S+)$");
        return found == null ? VersionFile.find(text, "^(?:node(?:js)?\\s+)?v?(\\S+)") : found;
    }

    private static @Nullable String field(Value.Obj root, String... path) {
        Value value = root;
        for (String name : path) {
            value = value instanceof Value.Obj object ? object.get(name) : null;
        }
        return value == null || value.text().isEmpty() ? null : value.text();
    }

    static Predicate<Tool> condition(String wanted, List<Tool> tools) {
        String spec = wanted.strip().toLowerCase(Locale.ROOT);
        if (List.of("latest", "node", "current", "*").contains(spec)) {
            return _ -> true;
        }
        if (spec.startsWith("lts/")) {
            String line = spec.substring("lts/".length());
            if (line.equals("*")) {
                // Every even line becomes one of long-term support.
                return tool ->
                        tool.version().major() % 2 == 0 && !tool.version().isPre();
            }
            int major = line.matches("-\\d{1,2}")
                    ? KRYPTON - 2 * Integer.parseInt(line.substring(1))
                    : line.equals("krypton") ? KRYPTON : CODE_NAMES.getOrDefault(line, -1);
            if (major < 0) {
                throw ActionFailedException.badInput("Unable to find LTS release '" + line + "'", null);
            }
            return tool -> tool.version().major() == major;
        }
        VersionRange range = VersionRange.parse(wanted);
        if (range == null) {
            throw ActionFailedException.badInput(
                    "'" + wanted + "' is no version of Node", "write 20, 20.x, >=18, lts/* or lts/iron");
        }
        return tool -> range.contains(tool.version());
    }

    private PackageCache.Downloads downloads(String manager, ActionContext context)
            throws IOException, InterruptedException {
        Map<String, List<String>> locks = Map.of(
                "npm", List.of("package-lock.json", "npm-shrinkwrap.json", "yarn.lock"),
                "pnpm", List.of("pnpm-lock.yaml"),
                "yarn", List.of("yarn.lock"));
        String ask = switch (manager) {
            case "npm" -> "npm config get cache";
            case "pnpm" -> "pnpm store path --silent";
            case "yarn" -> "case $(yarn --version) in 1.*) yarn cache dir;; *) yarn config get cacheFolder;; esac";
            default ->
                throw ActionFailedException.badInput(
                        "Caching for '" + manager + "' is not supported", "write npm, yarn or pnpm");
        };
        List<String> folders = new InstalledTools(context).output(ask);
        if (folders.isEmpty() || folders.getLast().isBlank()) {
            throw ActionFailedException.lacking("Could not get cache folder path for " + manager, "install " + manager);
        }
        List<String> files = new ArrayList<>(context.inputs().lines("cache-dependency-path"));
        if (files.isEmpty()) {
            locks.getOrDefault(manager, List.of()).stream()
                    .filter(name -> Files.exists(context.workspace().resolve(name)))
                    .limit(1)
                    .forEach(files::add);
        }
        return new PackageCache.Downloads(
                "node-cache-" + PackageCache.platform() + "-" + manager + "-",
                List.of(folders.getLast()),
                files.isEmpty() ? locks.getOrDefault(manager, List.of()) : files);
    }

    /** An {@code .npmrc} of the job that sends a token from the environment. */
    private static void registry(ActionContext context) throws IOException {
        String url = context.inputs().get("registry-url");
        url = url.endsWith("/") ? url : url + "/";
        String scope = context.inputs().get("scope");
        if (scope.isEmpty() && url.contains("npm.pkg.github.com")) {
            String repository = context.github("repository");
            scope = repository.substring(0, Math.max(0, repository.indexOf('/')));
        }
        String prefix =
                scope.isEmpty() ? "" : ((scope.startsWith("@") ? "" : "@") + scope + ":").toLowerCase(Locale.ROOT);
        String token = url.replaceFirst("^\\w+:", "") + ":_authToken=${NODE_AUTH_TOKEN}\n";
        String always = context.major() < 6 && context.inputs().isGiven("always-auth")
                ? "always-auth=" + context.inputs().get("always-auth") + "\n"
                : "";
        Path file = context.temporary().resolve(".npmrc");
        Files.writeString(file, token + prefix + "registry=" + url + "\n" + always);
        String temporary = context.inside(context.temporary());
        context.exportVariable("NPM_CONFIG_USERCONFIG", temporary + "/.npmrc");
        String known = context.environment().getOrDefault("NODE_AUTH_TOKEN", "");
        context.exportVariable("NODE_AUTH_TOKEN", known.isEmpty() ? "XXXXX-XXXXX-XXXXX-XXXXX" : known);
    }
}
