package dev.runner.build.bake;

import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compose files, read for what they build: each service with {@code build} is a target.
 *
 * @see <a href="https://docs.docker.com/reference/compose-file/build/">Compose Build Specification</a>
 * @see <a href="https://docs.docker.com/build/bake/compose-file/">Building with Bake from a Compose file</a>
 */
final class ComposeFiles {
    private static final int DEEPEST_EXTENSION = 20;

    private final BakeInputs inputs;
    private final Diagnostics diagnostics = new Diagnostics();
    private final ComposeVariables variables;
    private Map<String, ComposeNode> services = new LinkedHashMap<>();
    private Map<String, ComposeNode> secrets = new LinkedHashMap<>();

    private ComposeFiles(BakeInputs inputs) {
        this.inputs = inputs;
        this.variables = new ComposeVariables(inputs, diagnostics);
    }

    /** Whether a file that could be anything has services. */
    static boolean looksLikeOne(Source file) {
        try {
            return YamlReader.read(file, YamlReader.Limits.DEFAULT) instanceof YamlNode.Mapping mapping
                    && mapping.entries().stream()
                            .anyMatch(entry -> entry.key() instanceof YamlNode.Scalar key
                                    && key.value().equals("services"));
        } catch (InvalidSourceException e) {
            return false;
        }
    }

    /**
     * Reads files as one; a later one adds to and replaces what an earlier one says.
     *
     * @throws InvalidSourceException with every fault found
     */
    static BakeDefinition read(List<Source> files, BakeInputs inputs) {
        ComposeFiles compose = new ComposeFiles(inputs);
        ComposeNode all = ComposeNode.emptyMap(files.getFirst().all());
        for (Source file : files) {
            YamlNode root = YamlReader.read(file, YamlReader.Limits.DEFAULT);
            if (root == null) {
                compose.diagnostics.error(file.all(), "the compose file is empty", "write services:");
            } else {
                all = all.mergedWith(ComposeNode.of(root, compose.variables));
            }
        }
        compose.services = all.map("services");
        compose.secrets = all.map("secrets");
        BakeDefinition definition = compose.definition();
        compose.diagnostics.throwIfErrors();
        return definition;
    }

    private BakeDefinition definition() {
        Map<String, BakeTarget> targets = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        services.forEach((name, service) -> {
            ComposeNode whole = extended(name, service, 0);
            if (!whole.has("build")) {
                return;
            }
            String target = name.replace('.', '_');
            if (!TargetReader.NAME.matcher(target).matches()) {
                diagnostics.error(
                        service.span(), "'" + name + "' is no name for a target", "use letters, digits, _ and -");
                return;
            }
            names.add(target);
            targets.put(target, new ComposeTarget(whole, secrets, inputs, diagnostics).read(target));
        });
        return names.isEmpty()
                ? BakeDefinition.EMPTY
                : new BakeDefinition(
                        targets,
                        Map.of(
                                "default",
                                new BakeGroup(
                                        "default", "", names.stream().sorted().toList())),
                        List.of());
    }

    /** With what the service extends under it. */
    private ComposeNode extended(String name, ComposeNode service, int depth) {
        ComposeNode extension = service.get("extends");
        if (extension == null) {
            return service;
        }
        String other = extension.text();
        if (other == null) {
            ComposeNode named = extension.get("service");
            other = named == null ? null : named.text();
        }
        ComposeNode base = other == null ? null : services.get(other);
        if (extension.has("file") || other == null || base == null || depth == DEEPEST_EXTENSION) {
            diagnostics.error(
                    extension.span(),
                    extension.has("file")
                            ? "a service of another file is not read here"
                            : "'" + name + "' extends no service of these files",
                    "give the other file with -f, and extend by the service's name");
            return service;
        }
        return extended(other, base, depth + 1).mergedWith(service);
    }
}
