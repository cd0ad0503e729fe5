package dev.runner.cli;

import dev.runner.build.BuildFailedException;
import dev.runner.build.GitAddress;
import dev.runner.build.bake.Bake;
import dev.runner.build.bake.BakeException;
import dev.runner.build.bake.BakeInputs;
import dev.runner.build.bake.BakePlan;
import dev.runner.build.bake.BakeVariable;
import dev.runner.oci.Platform;
import dev.runner.secret.Secret;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code runner bake}: many builds as files describe them, with the flags of {@code docker buildx bake}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/bake/">docker buildx bake</a>
 */
final class BakeCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    /** Of whoever may read the repository that bake files come from, as with Buildx. */
    private static final String GIT_TOKEN = "BUILDX_BAKE_GIT_AUTH_TOKEN";

    private final RegistryOptions registry = new RegistryOptions();
    private final EngineFlags engine = new EngineFlags();
    private List<String> allowed = new ArrayList<>();
    private String call = "";
    private boolean check;
    private List<String> files = new ArrayList<>();
    private @Nullable String list;
    private boolean load;
    private @Nullable Path metadataFile;
    private boolean noCache;
    private boolean print;
    private String progress = "auto";
    private @Nullable String provenance;
    private boolean pull;
    private boolean push;
    private @Nullable String sbom;
    private List<String> overrides = new ArrayList<>();
    private List<String> variables = new ArrayList<>();
    private List<String> targets = new ArrayList<>();

    BakeCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags flags) {
        flags.command(
                "bake", "Build the targets of bake files (HCL, JSON, compose), with the flags of docker buildx bake.");
        flags.option("--allow")
                .label("RIGHT")
                .says("network.host, security.insecure, ssh, fs=PATH, fs.read=PATH or fs.write=PATH; PATH * is any.")
                .values(String.class, values -> allowed = values);
        flags.option("--call")
                .label("METHOD")
                .says("build, check, outline or targets.")
                .value(String.class, value -> call = value);
        flags.option("--check").says("The same as --call=check.").on(value -> check = value);
        flags.option("-f", "--file")
                .label("FILE")
                .says("A bake file; - for standard input (default: " + String.join(", ", Bake.DEFAULT_FILES) + ").")
                .values(String.class, values -> files = values);
        flags.option("--list")
                .label("WHAT")
                .says("List targets or variables, as type=targets,format=json.")
                .value(String.class, value -> list = value);
        flags.option("--load").says("The same as --set *.load=true.").on(value -> load = value);
        flags.option("--metadata-file")
                .label("FILE")
                .says("Write the results' metadata there, as JSON by target.")
                .value(Path.class, value -> metadataFile = value);
        flags.option("--no-cache").says("Take nothing from a cache.").on(value -> noCache = value);
        flags.option("--print")
                .says("Print the targets as JSON and build nothing.")
                .on(value -> print = value);
        flags.option("--progress")
                .label("STYLE")
                .says("auto, plain, tty, quiet or rawjson.")
                .value(String.class, value -> progress = value);
        flags.option("--provenance")
                .label("VALUE")
                .says("The same as --set *.attest=type=provenance.")
                .optional("true", value -> provenance = value);
        flags.option("--pull").says("Ask registries for base images.").on(value -> pull = value);
        flags.option("--push").says("The same as --set *.push=true.").on(value -> push = value);
        flags.option("--sbom")
                .label("VALUE")
                .says("The same as --set *.attest=type=sbom.")
                .optional("true", value -> sbom = value);
        flags.option("--set")
                .label("TARGET.KEY=VALUE")
                .says("In place of what the files say; TARGET may have wildcards, += adds.")
                .values(String.class, values -> overrides = values);
        flags.option("--var")
                .label("NAME=VALUE")
                .says("A variable of the files; it wins over the environment.")
                .values(String.class, values -> variables = values);
        registry.declare(flags);
        engine.declare(flags);
        flags.positional("0..*", "0..*")
                .label("TARGET")
                .says("Targets and groups (default: default).")
                .values(String.class, values -> targets = values);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Toolbox toolbox = parent.toolbox(registry)) {
            String remote =
                    !targets.isEmpty() && GitAddress.isGitArgument(targets.getFirst()) ? targets.getFirst() : null;
            Path root = remote == null ? null : fetched(remote, toolbox);
            targets = remote == null ? targets : targets.subList(1, targets.size());
            Bake bake = Bake.read(sources(root), inputs(remote));
            if (list != null) {
                parent.out().print(listed(bake, list));
                parent.out().flush();
                return ExitCode.PASSED;
            }
            BakePlan plan = bake.plan(targets, overrides());
            if (print) {
                parent.out().print(plan.json());
                parent.out().flush();
                return ExitCode.PASSED;
            }
            return build(plan, root, toolbox);
        } catch (BakeException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Path fetched(String remote, Toolbox toolbox) throws InterruptedException {
        try {
            GitAddress address = GitAddress.parse(remote);
            String token = parent.environment().getOrDefault(GIT_TOKEN, "");
            Secret secret = token.isEmpty() ? null : Secret.of(GIT_TOKEN, token);
            return toolbox.builder().contexts().git(address, secret).path();
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("the bake files' repository cannot be read: " + e.getMessage());
        }
    }

    private int build(BakePlan plan, @Nullable Path root, Toolbox toolbox) throws IOException, InterruptedException {
        new BakeRights(allowed, parent.environment()).check(plan);
        BuildProgress shown = BuildProgress.of(progress, false, parent.err(), parent.environment());
        try (ChosenEngines engines = new ChosenEngines(toolbox, parent.environment(), engine, null);
                BakeBuild build = new BakeBuild(parent, toolbox, engines, plan, root, shown)) {
            int code = build.run();
            if (metadataFile != null) {
                Path folder = metadataFile.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Files.writeString(metadataFile, build.metadata());
            }
            return code;
        } catch (BuildFailedException e) {
            shown.failed(e);
            return ExitCode.FAILED;
        } finally {
            shown.close();
        }
    }

    private BakeInputs inputs(@Nullable String remote) {
        return new BakeInputs(
                Arguments.pairs("--var", variables, parent.environment()),
                parent.environment(),
                Map.of(
                        "BAKE_CMD_CONTEXT",
                        remote == null ? "cwd://" : remote,
                        "BAKE_LOCAL_PLATFORM",
                        Platform.host().normalized().toString()));
    }

    /** @param root of the repository that files are read from; null for the working folder */
    private List<Source> sources(@Nullable Path root) throws IOException {
        if (root == null && !targets.isEmpty() && targets.getFirst().contains("://")) {
            throw new UsageException("bake files come from a git repository, as https://host/project.git#ref, not from "
                    + targets.getFirst());
        }
        List<Source> sources = new ArrayList<>();
        for (String name : files) {
            sources.add(
                    name.equals("-")
                            ? Source.of("-", new String(parent.in().readAllBytes(), StandardCharsets.UTF_8))
                            : name.startsWith("cwd://")
                                    ? read(name.substring("cwd://".length()), null)
                                    : read(name, root));
        }
        if (files.isEmpty()) {
            for (String name : Bake.DEFAULT_FILES) {
                if (Files.isRegularFile(placed(name, root))) {
                    sources.add(read(name, root));
                }
            }
        }
        if (sources.isEmpty()) {
            throw new UsageException("couldn't find a bake definition: write docker-bake.hcl, or name one with -f");
        }
        return sources;
    }

    private static Source read(String name, @Nullable Path root) throws IOException {
        Path file = placed(name, root);
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no bake file " + name);
        }
        return root == null ? Source.read(file) : Source.of(name, Files.readString(file));
    }

    private static Path placed(String name, @Nullable Path root) {
        if (root == null) {
            return Path.of(name);
        }
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root)) {
            throw new UsageException("the bake file " + name + " is not in the repository");
        }
        return file;
    }

    /** The flags that stand for overrides come first, so that those written out win. */
    private List<String> overrides() {
        List<String> all = new ArrayList<>();
        if (noCache) {
            all.add("*.no-cache=true");
        }
        if (pull) {
            all.add("*.pull=true");
        }
        if (sbom != null) {
            all.add("*.attest=" + attestation("sbom", sbom));
        }
        if (provenance != null) {
            all.add("*.attest=" + attestation("provenance", provenance));
        }
        if (push) {
            all.add("*.push=true");
        }
        if (load) {
            all.add("*.load=true");
        }
        String method = check ? "check" : call;
        if (!method.isEmpty()) {
            all.add("*.call=" + method);
        }
        all.addAll(overrides);
        return all;
    }

    private static String attestation(String type, String value) {
        return switch (value) {
            case "true", "1" -> "type=" + type;
            case "false", "0" -> "type=" + type + ",disabled=true";
            case "min", "max" -> "type=" + type + ",mode=" + value;
            default -> "type=" + type + "," + value;
        };
    }

    private static String listed(Bake bake, String what) {
        Map<String, String> fields =
                what.contains("=") ? dev.runner.build.CommaFields.parse(what) : Map.of("type", what);
        boolean json = "json".equals(fields.get("format"));
        return switch (fields.getOrDefault("type", "")) {
            case "targets" -> json ? targetsJson(bake) : targetsTable(bake);
            case "variables" -> json ? variablesJson(bake) : variablesTable(bake);
            default -> throw new UsageException("--list takes targets or variables, not '" + what + "'");
        };
    }

    private static String targetsTable(Bake bake) {
        StringBuilder out = new StringBuilder("TARGET\t\tDESCRIPTION\n");
        bake.list()
                .forEach(one -> out.append(one.name())
                        .append("\t\t")
                        .append(one.description())
                        .append('\n'));
        return tabbed(out.toString());
    }

    private static String targetsJson(Bake bake) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Bake.Listed one : bake.list()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", one.name());
            if (!one.description().isEmpty()) {
                fields.put("description", one.description());
            }
            if (one.group()) {
                fields.put("group", true);
            }
            all.add(fields);
        }
        return json(all);
    }

    private static List<BakeVariable> sorted(Bake bake) {
        return bake.variables().stream()
                .sorted(Comparator.comparing(BakeVariable::name))
                .toList();
    }

    private static String variablesTable(Bake bake) {
        StringBuilder out = new StringBuilder("VARIABLE\tTYPE\tVALUE\tDESCRIPTION\n");
        for (BakeVariable one : sorted(bake)) {
            out.append(one.name())
                    .append('\t')
                    .append(one.type() == null ? "" : one.type())
                    .append('\t')
                    .append(one.value() == null ? "<null>" : one.value())
                    .append('\t')
                    .append(one.description() == null ? "" : one.description())
                    .append('\n');
        }
        return tabbed(out.toString());
    }

    private static String variablesJson(Bake bake) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (BakeVariable one : sorted(bake)) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", one.name());
            putUnlessNull(fields, "type", one.type());
            putUnlessNull(fields, "description", one.description());
            putUnlessNull(fields, "value", one.value());
            all.add(fields);
        }
        return json(all);
    }

    private static void putUnlessNull(Map<String, Object> fields, String key, @Nullable String value) {
        if (value != null) {
            fields.put(key, value);
        }
    }

    private static String json(Object value) {
        return GoJson.text(JsonMapper.shared().valueToTree(value)) + "\n";
    }

    /** Columns one below the other, a tab apart, as tab stops of eight show them. */
    private static String tabbed(String table) {
        List<String[]> rows = table.lines().map(line -> line.split("\t", -1)).toList();
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]);
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - row[i].length() + 2));
                }
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
