package dev.runner.step.action.setup;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Puts a Python of the machine first in {@code PATH}, as {@code python}, {@code python3} and {@code pip}.
 *
 * @see <a href="https://github.com/actions/setup-python#readme">actions/setup-python</a>
 */
public final class PythonAction extends ContractedAction {
    private static final String SEARCH = """
            for p in "$RUNNER_TOOL_CACHE"/GraalPy/*/*/bin/graalpy /opt/hostedtoolcache/GraalPy/*/*/bin/graalpy; do
              [ -x "$p" ] && tell "$(echo "$p" | sed 's#.*/GraalPy/\\([^/]*\\)/.*#\\1#')" "$p" graalpy
            done
            for p in "$RUNNER_TOOL_CACHE"/Python/*/*/bin/python3 "$RUNNER_TOOL_CACHE"/PyPy/*/*/bin/pypy3 \\
                /opt/hostedtoolcache/Python/*/*/bin/python3 "$HOME"/.pyenv/versions/*/bin/python3 \\
                "$HOME"/.local/share/uv/python/*/bin/python3 "$HOME"/.local/share/mise/installs/python/*/bin/python3 \\
                "$HOME"/.asdf/installs/python/*/bin/python3 /usr/local/bin/python3.* /usr/bin/python3.* \\
                /usr/local/bin/python3 /usr/bin/python3 "$(command -v python3)" "$(command -v python)"; do
              case $p in *-config|*.py|'') continue;; esac
              [ -x "$p" ] || continue
              v=$(echo "$p" | sed -n 's#.*/\\(Python\\|versions\\)/\\([0-9][0-9.]*\\)/.*#\\2#p')
              if [ -n "$v" ]; then tell "$v" "$p" cpython; continue; fi
              v=$("$p" -c 'import sys, platform; i = sys.version_info
            print("%d.%d.%d%s %s %s" % (i[0], i[1], i[2], "" if i[3] == "final" else "-" + i[3] + "." + str(i[4]),
              platform.python_implementation().lower(), sys.executable or "-"))') || continue
              set -- $v
              tell "$1" "$3" "$2"
            done
            """;

    private final CacheStore store;

    public PythonAction(CacheStore store) {
        super(Contract.named("actions/setup-python", 1, 6)
                .inputs("python-version", "architecture")
                .outputs("python-version")
                .from(2)
                .inputs("cache", "cache-dependency-path")
                .input("token", "${{ github.token }}")
                .outputs("cache-hit")
                .from(3)
                .inputs("python-version-file")
                .input("check-latest", "false")
                .from(4)
                .input("update-environment", "true")
                .input("allow-prereleases", "false")
                .outputs("python-path")
                .from(5)
                .input("freethreaded", "false")
                .inputs("pip-version")
                .from(6)
                .inputs("pip-install")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        ActionInputs inputs = context.inputs();
        List<String> wanted = wanted(context);
        InstalledTools installed = new InstalledTools(context);
        if (wanted.isEmpty()) {
            context.warning("The `python-version` input is not set. The version of Python currently in `PATH` will be"
                    + " used.");
        } else {
            List<Tool> tools = installed.search(SEARCH);
            for (String version : wanted.reversed()) {
                Tool python = InstalledTools.newest(tools, condition(version, inputs.isTrue("allow-prereleases")));
                if (python == null) {
                    throw installed.missing("Python", version, tools, name());
                }
                use(python, context);
            }
        }
        if (inputs.isGiven("cache")) {
            new PackageCache(store, context).restore(downloads(context));
        }
        install(context);
        Matchers.PYTHON.register(context);
    }

    @Override
    public String postCondition() {
        return "success()";
    }

    @Override
    public void post(ActionContext context) throws IOException {
        new PackageCache(store, context).save();
    }

    private static List<String> wanted(ActionContext context) {
        List<String> versions = context.inputs().lines("python-version");
        String file = context.inputs().get("python-version-file");
        if (!versions.isEmpty()) {
            if (!file.isEmpty()) {
                context.warning("Both python-version and python-version-file inputs are specified, only python-version"
                        + " will be used.");
            }
            return versions;
        }
        if (file.isEmpty()) {
            file = ".python-version";
            if (!Files.exists(context.workspace().resolve(file))) {
                return List.of();
            }
        }
        List<String> found = fromFile(file, VersionFile.read(context, file, "python"));
        if (found.isEmpty()) {
            throw VersionFile.unreadable(file, "Python");
        }
        context.info("Resolved " + file + " as " + String.join(", ", found));
        return found;
    }

    static List<String> fromFile(String name, String text) {
        String found = null;
        if (name.endsWith("pyproject.toml")) {
            found = VersionFile.find(text, "^requires-python\\s*=\\s*[\"']([^\"']+)[\"']");
            found = found == null ? VersionFile.find(text, "^python\\s*=\\s*[\"']([^\"']+)[\"']") : found;
            found = found == null ? null : found.replace(',', ' ').replace("==", "=");
        } else if (name.endsWith("Pipfile")) {
            found = VersionFile.find(text, "^python_(?:full_)?version\\s*=\\s*[\"']([^\"']+)[\"']");
        } else if (name.endsWith(".tool-versions")) {
            found = VersionFile.find(text, "^python\\s+(\\S+)");
        } else {
            return text.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
        return found == null ? List.of() : List.of(found);
    }

    static Predicate<Tool> condition(String wanted, boolean prereleases) {
        String spec = wanted.strip();
        String maker = spec.startsWith("pypy") ? "pypy" : spec.startsWith("graalpy") ? "graalpy" : "cpython";
        String bare = (spec.startsWith(maker) ? spec.substring(maker.length()) : spec)
                .replaceFirst("^-", "")
                .replaceFirst("-v.*$", "")
                .replaceFirst("t$", "")
                .replaceFirst("(\\d)(a|b|rc)(\\d+)$", "$1-$2.$3");
        boolean development = bare.endsWith("-dev");
        String range = development ? bare.substring(0, bare.length() - 4) : bare;
        VersionRange versions = VersionRange.parse(range);
        if (versions == null) {
            throw ActionFailedException.badInput(
                    "'" + wanted + "' is no version of Python",
                    "write 3.12, 3.x, >=3.9 <3.13, pypy3.10 or graalpy-24.1");
        }
        return tool -> tool.vendor().equals(maker)
                && (versions.contains(tool.version())
                        || tool.version().isPre()
                                && (development || prereleases)
                                && versions.contains(release(tool.version())));
    }

    private static ToolVersion release(ToolVersion version) {
        return new ToolVersion(version.major(), version.minor(), version.patch(), List.of(), "");
    }

    private static void use(Tool python, ActionContext context) throws IOException {
        String path = python.path();
        context.setOutput(
                "python-version", (python.vendor().equals("cpython") ? "" : python.vendor()) + python.version());
        context.setOutput("python-path", path);
        context.info("Successfully set up " + python.vendor() + " (" + python.version() + "): " + path);
        if (context.major() >= 4 && !context.inputs().isTrue("update-environment")) {
            return;
        }
        String folder = path.substring(0, path.lastIndexOf('/'));
        boolean shared = folder.equals("/usr/bin") || folder.equals("/usr/local/bin");
        String location = folder.substring(0, folder.lastIndexOf('/'));
        context.addPath(shared ? commands(python, context) : folder);
        context.exportVariable("pythonLocation", location);
        context.exportVariable("Python_ROOT_DIR", location);
        context.exportVariable("Python2_ROOT_DIR", location);
        context.exportVariable("Python3_ROOT_DIR", location);
        if (!shared) {
            prepend("PKG_CONFIG_PATH", location + "/lib/pkgconfig", context);
            prepend("LD_LIBRARY_PATH", location + "/lib", context);
        }
    }

    private static void prepend(String variable, String folder, ActionContext context) {
        String before = context.environment().getOrDefault(variable, "");
        context.exportVariable(variable, before.isEmpty() ? folder : folder + ":" + before);
    }

    /** A system's folder has many programs; of it, later steps get this Python under its usual names. */
    private static String commands(Tool python, ActionContext context) throws IOException {
        String name = "python-" + python.version();
        Path folder = Files.createDirectories(context.temporary().resolve(name));
        for (String command : List.of(
                "python",
                "python3",
                "python" + python.version().major() + "." + python.version().minor())) {
            script(folder.resolve(command), "exec '" + python.path() + "' \"$@\"");
        }
        for (String command : List.of("pip", "pip3")) {
            script(folder.resolve(command), "exec '" + python.path() + "' -m pip \"$@\"");
        }
        return context.inside(context.temporary()) + "/" + name;
    }

    private static void script(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void install(ActionContext context) throws IOException, InterruptedException {
        String version = context.inputs().get("pip-version");
        if (!version.isEmpty()
                && context.execute(List.of("python", "-m", "pip", "install", "pip==" + version), Map.of(), null) != 0) {
            throw ActionFailedException.failed("pip " + version + " could not be installed", null);
        }
        String packages = context.inputs().get("pip-install");
        if (!packages.isEmpty()) {
            List<String> command = new ArrayList<>(List.of("python", "-m", "pip", "install"));
            command.addAll(List.of(packages.split("\\s+")));
            if (context.execute(command, Map.of(), null) != 0) {
                throw ActionFailedException.failed("'pip install " + packages + "' failed", null);
            }
        }
    }

    private static PackageCache.Downloads downloads(ActionContext context) throws IOException, InterruptedException {
        String manager = context.inputs().get("cache");
        List<String> written = context.inputs().lines("cache-dependency-path");
        String version = context.environment().getOrDefault("pythonLocation", "");
        List<String> paths = switch (manager) {
            case "pip" -> List.of(folder("pip cache dir", "~/.cache/pip", context));
            case "pipenv" -> List.of("~/.local/share/virtualenvs");
            case "poetry" -> List.of(folder("poetry config cache-dir", "~/.cache/pypoetry", context));
            default ->
                throw ActionFailedException.badInput(
                        "Caching for '" + manager + "' is not supported", "write pip, pipenv or poetry");
        };
        List<String> locks = switch (manager) {
            case "pip" -> List.of("**/requirements.txt", "**/pyproject.toml");
            case "pipenv" -> List.of("**/Pipfile.lock");
            default -> List.of("**/poetry.lock");
        };
        return new PackageCache.Downloads(
                "setup-python-" + PackageCache.platform() + "-python-" + version + "-" + manager + "-",
                paths,
                written.isEmpty() ? locks : written);
    }

    private static String folder(String command, String otherwise, ActionContext context)
            throws IOException, InterruptedException {
        List<String> lines = new InstalledTools(context).output(command);
        String last = lines.isEmpty() ? "" : lines.getLast();
        return last.isBlank() ? otherwise : last;
    }
}
