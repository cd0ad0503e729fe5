package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What stands under {@code build}. */
final class BuildReader {
    private static final List<String> KEYS = List.of(
            "context",
            "file",
            "target",
            "args",
            "platforms",
            "tags",
            "labels",
            "annotations",
            "provenance",
            "sbom",
            "attest",
            "cache-from",
            "cache-to",
            "cache-mounts",
            "no-cache",
            "no-cache-filter",
            "pull",
            "secrets",
            "ssh",
            "outputs",
            "build-contexts",
            "network",
            "add-hosts",
            "allow",
            "limits",
            "engine",
            "builder",
            "push",
            "check");

    private static final List<String> LIMITS =
            List.of("memory", "cpus", "pids-limit", "shm-size", "ulimits", "cgroup-parent");

    private final Settings settings;
    private final Literals literals;
    private final Place place;

    BuildReader(Settings settings, Literals literals, Place place) {
        this.settings = settings;
        this.literals = literals;
        this.place = place;
    }

    Step.Build read(Step.Head head, YamlNode node) {
        Fields fields = Fields.known(node, "'build'", KEYS, settings.diagnostics());
        Step.Build.Marks marks = marks(fields);
        var results = new Step.Build.Results(
                settings.list(fields, "outputs", place, literals::output),
                settings.flag(fields, "push", false, place),
                settings.flag(fields, "check", false, place));
        Fields.Field push = fields.field("push");
        if (push != null
                && results.push().written() instanceof Template written
                && written.source().equals("true")
                && marks.tags().isEmpty()) {
            settings.diagnostics()
                    .error(push.keySpan(), "'push' needs 'tags' to push to", "add tags: [name:tag], or use 'publish'");
        }
        return new Step.Build(head, recipe(fields), marks, cache(fields), access(fields), limits(fields), results);
    }

    private Step.Build.Marks marks(Fields fields) {
        var attestations = new Step.Build.Attestations(
                checked(fields, "provenance", literals::provenance),
                checked(fields, "sbom", literals::sbom),
                settings.list(fields, "attest", place, literals::attestation));
        return new Step.Build.Marks(
                settings.list(fields, "tags", place, literals::reference),
                settings.map(fields, "labels", null, place),
                annotations(fields),
                attestations);
    }

    /** A key may say before a colon where the annotation goes. */
    private TemplateMap annotations(Fields fields) {
        YamlNode node = fields.get("annotations");
        if (node == null) {
            return TemplateMap.empty();
        }
        Fields.open(node, "'annotations'", new Diagnostics())
                .all()
                .forEach(field -> literals.annotationLevels(field.key(), field.keySpan()));
        return settings.map(node, "annotations", null, place);
    }

    private Step.Build.Cache cache(Fields fields) {
        return new Step.Build.Cache(
                settings.list(fields, "cache-from", place, literals::cacheFrom),
                settings.list(fields, "cache-to", place, literals::cacheTo),
                settings.flag(fields, "no-cache", false, place),
                settings.list(fields, "no-cache-filter", place, _ -> {}),
                settings.flag(fields, "pull", false, place),
                checked(fields, "cache-mounts", literals::cacheMounts));
    }

    private @Nullable Template checked(Fields fields, String key, Consumer<Template> check) {
        Template text = settings.optionalText(fields, key, place);
        if (text != null && text.isLiteral()) {
            check.accept(text);
        }
        return text;
    }

    private Step.Build.Recipe recipe(Fields fields) {
        Template context = settings.optionalText(fields, "context", place);
        return new Step.Build.Recipe(
                context != null ? context : Template.literal(".", fields.span()),
                settings.optionalText(fields, "file", place),
                settings.optionalText(fields, "target", place),
                settings.map(fields, "args", null, place),
                settings.list(fields, "platforms", place, literals::platforms),
                settings.map(fields, "build-contexts", null, place),
                new EngineReader(settings, place).read(fields).or(settings.engine()));
    }

    /** Secrets are values by id, or a list of sources as {@code docker build --secret} takes them. */
    private Step.Build.Access access(Fields fields) {
        YamlNode secrets = fields.get("secrets");
        boolean values = secrets instanceof YamlNode.Mapping;
        Template network = settings.optionalText(fields, "network", place);
        literals.oneOf(network, "network", List.of("default", "host", "none"));
        return new Step.Build.Access(
                values && secrets != null ? settings.map(secrets, "secrets", null, place) : TemplateMap.empty(),
                !values && secrets != null
                        ? settings.list(secrets, "secrets", place, literals::secretSource)
                        : TemplateList.empty(fields.span()),
                settings.list(fields, "ssh", place, _ -> {}),
                network,
                settings.map(fields, "add-hosts", null, place),
                settings.list(fields, "allow", place, literals::entitlement));
    }

    private Step.Build.Limits limits(Fields fields) {
        YamlNode node = fields.get("limits");
        if (node == null) {
            return new Step.Build.Limits(null, null, null, null, TemplateList.empty(fields.span()), null);
        }
        Fields limits = Fields.known(node, "'limits'", LIMITS, settings.diagnostics());
        return new Step.Build.Limits(
                checked(limits, "memory", literals::size),
                checked(limits, "cpus", literals::amount),
                checked(limits, "pids-limit", literals::amount),
                checked(limits, "shm-size", literals::size),
                settings.list(limits, "ulimits", place, literals::ulimit),
                settings.optionalText(limits, "cgroup-parent", place));
    }
}
