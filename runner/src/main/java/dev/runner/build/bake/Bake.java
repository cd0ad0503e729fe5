package dev.runner.build.bake;

import dev.runner.build.bake.hcl.HclBody;
import dev.runner.build.bake.hcl.HclJson;
import dev.runner.build.bake.hcl.HclParser;
import dev.runner.dockerfile.GoMatch;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.NearNames;
import dev.runner.source.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Bake files, read and merged.
 *
 * @see <a href="https://docs.docker.com/build/bake/reference/">Bake file reference</a>
 */
public final class Bake {
    /** Where bake files are looked for when none is named, in the order in which they are merged. */
    public static final List<String> DEFAULT_FILES = List.of(
            "compose.yaml",
            "compose.yml",
            "docker-compose.yml",
            "docker-compose.yaml",
            "docker-bake.json",
            "docker-bake.hcl",
            "docker-bake.override.json",
            "docker-bake.override.hcl");

    private static final Map<String, Integer> LABELS = Map.of("target", 1, "group", 1, "variable", 1, "function", 1);

    private final BakeDefinition definition;
    private final BakeInputs inputs;

    private Bake(BakeDefinition definition, BakeInputs inputs) {
        this.definition = definition;
        this.inputs = inputs;
    }

    /**
     * Reads files; those of compose come first, whatever their place.
     *
     * @throws InvalidSourceException with every fault found
     */
    public static Bake read(List<Source> files, BakeInputs inputs) {
        Diagnostics diagnostics = new Diagnostics();
        List<Source> compose = new ArrayList<>();
        List<HclBody> bodies = new ArrayList<>();
        for (Source file : files) {
            try {
                String name = file.name().toLowerCase(Locale.ROOT);
                if (name.endsWith(".yml") || name.endsWith(".yaml")) {
                    compose.add(file);
                } else if (name.endsWith(".json") || file.text().stripLeading().startsWith("{")) {
                    bodies.add(HclJson.parse(file, LABELS));
                } else if (!name.endsWith(".hcl") && ComposeFiles.looksLikeOne(file)) {
                    compose.add(file);
                } else {
                    bodies.add(HclParser.parse(file));
                }
            } catch (InvalidSourceException e) {
                diagnostics.addAll(e.diagnostics());
            }
        }
        BakeDefinition all = BakeDefinition.EMPTY;
        try {
            all = compose.isEmpty() ? all : ComposeFiles.read(compose, inputs);
        } catch (InvalidSourceException e) {
            diagnostics.addAll(e.diagnostics());
        }
        diagnostics.throwIfErrors();
        return new Bake(bodies.isEmpty() ? all : all.with(HclDefinitions.read(bodies, inputs)), inputs);
    }

    public List<BakeVariable> variables() {
        return definition.variables();
    }

    /** Names of targets and groups, sorted, with what is said of them; a group without description shows its targets. */
    public List<Listed> list() {
        Set<String> names = new TreeSet<>(definition.targets().keySet());
        names.addAll(definition.groups().keySet());
        return names.stream()
                .map(name -> {
                    BakeGroup group = definition.groups().get(name);
                    if (group != null) {
                        String said = group.description().isEmpty()
                                ? String.join(", ", group.targets())
                                : group.description();
                        return new Listed(name, said, true);
                    }
                    BakeTarget target = definition.targets().get(name);
                    String said = target == null ? null : target.text(BakeAttribute.DESCRIPTION);
                    return new Listed(name, said == null ? "" : said, false);
                })
                .toList();
    }

    /** A name that can be built. */
    public record Listed(String name, String description, boolean group) {}

    /**
     * The targets behind names, with overrides, and what they are linked to.
     *
     * @param names of targets and groups, with wildcards; {@code default} when empty
     * @param overrides as {@code --set} takes them
     * @throws BakeException when there is no such target, or targets inherit or link in a circle
     */
    public BakePlan plan(List<String> names, List<String> overrides) {
        BakeOverrides changes =
                BakeOverrides.parse(overrides, definition.targets().keySet(), inputs);
        Set<String> asked = new LinkedHashSet<>();
        for (String name : names.isEmpty() ? List.of("default") : names) {
            asked.addAll(matching(name.replace('.', '_')));
        }
        Map<String, BakeGroup> groups = new LinkedHashMap<>();
        Set<String> wanted = new LinkedHashSet<>();
        asked.forEach(name -> expand(name, wanted, groups, new LinkedHashSet<>()));
        Set<String> all = new TreeSet<>(asked);
        if (all.remove("default") && groups.containsKey("default")) {
            all.addAll(groups.get("default").targets());
        } else if (asked.contains("default")) {
            all.add("default");
        }
        groups.put("default", new BakeGroup("default", "", List.copyOf(all)));
        Map<String, BakeTarget> targets = new LinkedHashMap<>();
        wanted.forEach(name -> link(name, wanted, changes, targets, List.of()));
        return new BakePlan(targets, groups);
    }

    private List<String> matching(String pattern) {
        if (pattern.chars().noneMatch(c -> "*?[".indexOf(c) >= 0)) {
            return List.of(pattern);
        }
        Set<String> names = new LinkedHashSet<>(definition.groups().keySet());
        names.addAll(definition.targets().keySet());
        List<String> found =
                names.stream().filter(name -> GoMatch.match(pattern, name)).toList();
        if (found.isEmpty()) {
            throw new BakeException("could not find any target matching \"" + pattern + "\"");
        }
        return found;
    }

    /** A group stands for its targets; one that contains itself adds nothing. */
    private void expand(String name, Set<String> wanted, Map<String, BakeGroup> groups, Set<String> path) {
        BakeGroup group = definition.groups().get(name);
        if (group == null) {
            wanted.add(name);
        } else if (path.add(name)) {
            groups.put(name, group);
            group.targets().forEach(one -> expand(one, wanted, groups, path));
        }
    }

    /** Puts a target behind those that are its contexts. */
    private BakeTarget link(
            String name,
            Set<String> wanted,
            BakeOverrides changes,
            Map<String, BakeTarget> targets,
            List<String> path) {
        BakeTarget known = targets.get(name);
        if (known != null) {
            return known;
        }
        BakeTarget target = finished(resolved(name, changes, List.of()));
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        Set<String> entitled = new LinkedHashSet<>(target.texts(BakeAttribute.ENTITLEMENTS));
        for (String other : target.links().values()) {
            if (other.equals(name)) {
                throw new BakeException("target " + name + " cannot link to itself");
            }
            if (longer.contains(other)) {
                throw new BakeException("infinite loop from " + name + " to " + other);
            }
            BakeTarget linked = link(other, wanted, changes, targets, longer);
            entitled.addAll(linked.texts(BakeAttribute.ENTITLEMENTS));
            List<String> ours = target.texts(BakeAttribute.PLATFORMS);
            List<String> theirs = linked.texts(BakeAttribute.PLATFORMS);
            if (ours.size() > 1 && theirs.size() > 1 && !theirs.containsAll(ours)) {
                throw new BakeException("target " + other + " can't be used by " + name + " because its platforms "
                        + ours + " are not a subset of " + theirs);
            }
        }
        if (!entitled.isEmpty()) {
            target = target.with(BakeAttribute.ENTITLEMENTS, new BakeValue.Texts(List.copyOf(entitled)));
        }
        BakeTarget done = wanted.contains(name) ? target : target.asLinked();
        targets.put(name, done);
        return done;
    }

    private BakeTarget resolved(String name, BakeOverrides changes, List<String> path) {
        BakeTarget own = definition.targets().get(name);
        if (own == null) {
            String near = NearNames.nearest(name, definition.targets().keySet());
            throw new BakeException(
                    "failed to find target " + name + (near == null ? "" : " (did you mean " + near + "?)"));
        }
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        BakeTarget base = new BakeTarget(name, Map.of(), false);
        for (String parent : own.texts(BakeAttribute.INHERITS)) {
            if (!longer.contains(parent)) {
                base = base.mergedWith(resolved(parent, changes, longer));
            }
        }
        return changes.apply(base.mergedWith(own)).normalised();
    }

    /** With the defaults that are printed, too. */
    private static BakeTarget finished(BakeTarget target) {
        String context = target.text(BakeAttribute.CONTEXT);
        BakeTarget result =
                target.with(BakeAttribute.CONTEXT, new BakeValue.Text(context == null ? "." : cleaned(context)));
        String file = target.text(BakeAttribute.DOCKERFILE);
        if (file == null || file.isEmpty()) {
            result = result.with(BakeAttribute.DOCKERFILE, new BakeValue.Text("Dockerfile"));
        }
        return result;
    }

    private static String cleaned(String path) {
        if (path.contains("://") || path.contains(":") || path.equals("-")) {
            return path;
        }
        String clean = Path.of(path).normalize().toString();
        return clean.isEmpty() ? "." : clean;
    }
}
