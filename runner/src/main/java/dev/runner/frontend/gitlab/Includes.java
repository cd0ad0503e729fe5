package dev.runner.frontend.gitlab;

import dev.runner.source.NearNames;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code include}: the files named are read, each with its own includes, and merged one over the other; what the file
 * itself says is merged over them all.
 */
final class Includes {
    /** The most files that one pipeline may include, as on GitLab. */
    private static final int MOST = 150;

    private static final List<String> PLACES =
            List.of("local", "project", "remote", "template", "component", "artifact");
    private static final List<String> KEYS = List.of(
            "local",
            "project",
            "file",
            "ref",
            "remote",
            "template",
            "component",
            "artifact",
            "job",
            "rules",
            "inputs",
            "integrity",
            "cache");

    private final Map<String, String> variables;
    private final Faults faults;
    private final Map<String, ConfigReader.File> files = new HashMap<>();
    private final List<Source> sources = new ArrayList<>();
    private int count;

    /** @param variables what places and rules may read */
    Includes(Map<String, String> variables, Faults faults) {
        this.variables = variables;
        this.faults = faults;
    }

    /** Every file that was read, for hints about what is not used. */
    List<Source> sources() {
        return List.copyOf(sources);
    }

    /** A file that is part of the configuration. */
    private record Part(Source source, GitLabProject project, Map<String, String> component) {}

    /** The whole configuration of a file; null when it cannot be read at all. */
    Node.@Nullable Fields load(Source source, GitLabProject project, Map<String, Node.Field> inputs) {
        return load(new Part(source, project, Map.of()), inputs, source.span(0, 0), new ArrayList<>());
    }

    private Node.@Nullable Fields load(Part part, Map<String, Node.Field> inputs, Span at, List<String> chain) {
        String name = part.source().name();
        ConfigReader.File file = files.computeIfAbsent(name, _ -> {
            sources.add(part.source());
            return ConfigReader.split(part.source());
        });
        Node header = file.header() == null ? null : ConfigReader.read(file.header(), faults);
        Map<String, Node> values = new InputSpec(header, faults).values(inputs, at);
        Node.Fields own =
                ConfigReader.content(file, new Interpolation(values, part.component(), variables, faults), faults);
        if (own == null || !own.has("include")) {
            return own;
        }
        Node includes = own.present("include");
        Node.Fields merged = null;
        if (includes != null) {
            List<String> deeper = new ArrayList<>(chain);
            deeper.add(name);
            for (Node one : includes instanceof Node.Items(Span _, List<Node> items) ? items : List.of(includes)) {
                for (Node.Fields content : include(one, part.project(), deeper)) {
                    merged = merged == null ? content : merged.merged(content);
                }
            }
        }
        Node.Fields rest = own.without("include");
        return merged == null ? rest : merged.merged(rest);
    }

    private List<Node.Fields> include(Node one, GitLabProject project, List<String> chain) {
        String text = Node.textOf(one);
        if (text != null) {
            String place = Expansion.expand(text, variables);
            boolean remote = place.matches("https?://.*");
            return remote
                    ? remote(place, Map.of(), one.span(), project, chain)
                    : local(place, Map.of(), one.span(), project, chain);
        }
        if (!(one instanceof Node.Fields entry)) {
            faults.error(one.span(), "include config should be an array of hashes or strings");
            return List.of();
        }
        for (Map.Entry<String, Node.Field> field : entry.fields().entrySet()) {
            if (!KEYS.contains(field.getKey())) {
                String near = NearNames.nearest(field.getKey(), KEYS);
                faults.error(
                        field.getValue().key(),
                        "include config contains unknown keys: " + field.getKey(),
                        near == null ? null : "did you mean '" + near + "'?");
            }
        }
        if (!applies(entry, project)) {
            return List.of();
        }
        Map<String, Node.Field> inputs = entry.present("inputs") instanceof Node.Fields given
                ? expanded(given).fields()
                : Map.of();
        List<String> places = PLACES.stream().filter(entry::has).toList();
        if (places.size() != 1) {
            faults.error(
                    entry.span(),
                    places.isEmpty()
                            ? "include config does not have a valid subkey for include. Valid subkeys are: `local`,"
                                    + " `project`, `remote`, `template`, `component`"
                            : "Each include must use only one of: `local`, `project`, `remote`, `template`, `component`");
            return List.of();
        }
        return placed(entry, places.getFirst(), inputs, project, chain);
    }

    private Node.Fields expanded(Node.Fields given) {
        Map<String, Node.Field> all = new LinkedHashMap<>();
        given.fields().forEach((name, field) -> {
            Node value = field.value();
            boolean text = value instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.TEXT;
            all.put(
                    name,
                    text && value instanceof Node.Scalar scalar
                            ? new Node.Field(
                                    field.key(),
                                    Node.text(Expansion.expandKnown(scalar.text(), variables), value.span()))
                            : field);
        });
        return new Node.Fields(given.span(), all);
    }

    private List<Node.Fields> placed(
            Node.Fields entry, String kind, Map<String, Node.Field> inputs, GitLabProject project, List<String> chain) {
        Node where = entry.get(kind);
        String written = Node.textOf(where);
        if (where == null || written == null || written.isBlank()) {
            faults.error(entry.span(), "include `" + kind + "` must be a string");
            return List.of();
        }
        String place = Expansion.expand(written, variables);
        Span at = where.span();
        return switch (kind) {
            case "local" -> local(place, inputs, at, project, chain);
            case "remote" -> remote(place, inputs, at, project, chain);
            case "template" -> template(place, inputs, at, project, chain);
            case "component" -> component(place, inputs, at, project, chain);
            case "project" -> otherProject(entry, place, inputs, at, project, chain);
            default -> {
                faults.error(
                        at,
                        "include `artifact` is for child pipelines",
                        "write it under trigger: include: of a job, with job: for the job that makes the file");
                yield List.of();
            }
        };
    }

    private boolean applies(Node.Fields entry, GitLabProject project) {
        if (!(entry.present("rules") instanceof Node.Items(Span _, List<Node> rules))) {
            return true;
        }
        Rules evaluated = new Rules(faults, project, variables, "include:rules");
        Rules.Outcome outcome = evaluated.first(rules);
        return outcome != null && !"never".equals(outcome.when());
    }

    private List<Node.Fields> local(
            String place, Map<String, Node.Field> inputs, Span at, GitLabProject project, List<String> chain) {
        String path = place.replaceFirst("^/+", "");
        if (Globs.isPattern(path)) {
            List<String> found = project.files().stream()
                    .filter(file -> isYaml(file) && Globs.matches(path, file))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                faults.error(at, "Local file `" + place + "` does not exist!");
            }
            List<Node.Fields> all = new ArrayList<>();
            for (String file : found) {
                all.addAll(local(file, inputs, at, project, chain));
            }
            return all;
        }
        if (!isYaml(path)) {
            faults.error(at, "Included file `" + place + "` does not have YAML extension!");
            return List.of();
        }
        return read(path, "Local file `" + place + "`", Map.of(), inputs, at, project, chain);
    }

    private static boolean isYaml(String path) {
        return path.endsWith(".yml") || path.endsWith(".yaml");
    }

    private List<Node.Fields> otherProject(
            Node.Fields entry,
            String path,
            Map<String, Node.Field> inputs,
            Span at,
            GitLabProject project,
            List<String> chain) {
        String ref = Node.textOf(entry.present("ref"));
        GitLabProject other = known(path, ref == null ? null : Expansion.expand(ref, variables), at, project);
        Node file = entry.present("file");
        if (file == null) {
            faults.error(at, "include with `project` needs to specify `file`");
            return List.of();
        }
        if (other == null) {
            return List.of();
        }
        List<Node.Fields> all = new ArrayList<>();
        for (String one : Node.texts(file)) {
            String name = Expansion.expand(one, variables).replaceFirst("^/+", "");
            String what = "Project `" + path + "` file `" + name + "`";
            all.addAll(read(name, what, Map.of(), inputs, file.span(), other, chain));
        }
        return all;
    }

    private @Nullable GitLabProject known(String path, @Nullable String ref, Span at, GitLabProject project) {
        try {
            GitLabProject other = project.project(path, ref);
            if (other == null) {
                faults.error(
                        at,
                        "Project `" + path + "` not found or access denied! Make sure any includes in the pipeline"
                                + " configuration are correctly defined.",
                        "give a folder or a repository for it with --project " + path + "=FOLDER");
            }
            return other;
        } catch (IOException e) {
            faults.error(at, "Project `" + path + "` cannot be read: " + e.getMessage());
            return null;
        }
    }

    private List<Node.Fields> component(
            String place, Map<String, Node.Field> inputs, Span at, GitLabProject project, List<String> chain) {
        int version = place.lastIndexOf('@');
        String address = version < 0 ? place : place.substring(0, version);
        int host = address.indexOf('/');
        int name = address.lastIndexOf('/');
        if (version < 0 || host < 0 || name <= host) {
            faults.error(
                    at, "Component '" + place + "' - Content not found", "write it as HOST/group/project/NAME@VERSION");
            return List.of();
        }
        String path = address.substring(host + 1, name);
        String component = address.substring(name + 1);
        String ref = place.substring(version + 1);
        GitLabProject other = known(path, ref.equals("~latest") ? null : ref, at, project);
        if (other == null) {
            return List.of();
        }
        Map<String, String> about =
                Map.of("name", component, "version", ref, "reference", ref, "sha", GitLabEvent.Commit.NONE);
        for (String file : List.of("templates/" + component + ".yml", "templates/" + component + "/template.yml")) {
            if (text(other, file, at) != null) {
                return read(file, "Component", about, inputs, at, other, chain);
            }
        }
        faults.error(
                at, "Component '" + place + "' - Content not found", "there is no templates/" + component + ".yml");
        return List.of();
    }

    private List<Node.Fields> remote(
            String url, Map<String, Node.Field> inputs, Span at, GitLabProject project, List<String> chain) {
        try {
            String text = project.remote(url);
            if (text == null) {
                faults.error(
                        at,
                        "Remote file `" + url + "` could not be fetched",
                        "give a file for it: --include " + url + "=FILE");
                return List.of();
            }
            return read(Source.of(url, text), Map.of(), inputs, at, project, chain);
        } catch (IOException e) {
            faults.error(at, "Remote file `" + url + "` could not be fetched: " + e.getMessage());
            return List.of();
        }
    }

    private List<Node.Fields> template(
            String name, Map<String, Node.Field> inputs, Span at, GitLabProject project, List<String> chain) {
        try {
            String text = project.template(name);
            if (text == null) {
                faults.error(
                        at,
                        "Template file `" + name + "` is not a valid location!",
                        "GitLab's templates are not part of this program: give a folder that has it with"
                                + " --templates FOLDER");
                return List.of();
            }
            return read(Source.of("template:" + name, text), Map.of(), inputs, at, project, chain);
        } catch (IOException e) {
            faults.error(at, "Template file `" + name + "` cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private @Nullable String text(GitLabProject project, String path, Span at) {
        try {
            return project.read(path);
        } catch (IOException e) {
            faults.error(at, "`" + path + "` cannot be read: " + e.getMessage());
            return null;
        }
    }

    private List<Node.Fields> read(
            String path,
            String what,
            Map<String, String> component,
            Map<String, Node.Field> inputs,
            Span at,
            GitLabProject project,
            List<String> chain) {
        String text = text(project, path, at);
        if (text == null) {
            faults.error(at, what + " does not exist!");
            return List.of();
        }
        if (text.isBlank()) {
            faults.error(at, what + " is empty!");
            return List.of();
        }
        return read(Source.of(project.prefix() + path, text), component, inputs, at, project, chain);
    }

    private List<Node.Fields> read(
            Source source,
            Map<String, String> component,
            Map<String, Node.Field> inputs,
            Span at,
            GitLabProject project,
            List<String> chain) {
        if (chain.contains(source.name()) && chain.size() > MOST || ++count > MOST) {
            if (count <= MOST + 1) {
                faults.error(at, "Maximum of " + MOST + " nested includes are allowed!", "does a file include itself?");
            }
            count = MOST + 2;
            return List.of();
        }
        Set<String> seen = new LinkedHashSet<>(chain);
        if (!seen.add(source.name())) {
            faults.error(at, "`" + source.name() + "` includes itself", String.join(" includes ", chain));
            return List.of();
        }
        Node.Fields content = load(new Part(source, project, component), inputs, at, chain);
        return content == null ? List.of() : List.of(content);
    }
}
