package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.YamlNode;
import java.util.List;

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
            "cache-from",
            "cache-to",
            "no-cache",
            "pull",
            "secrets",
            "ssh",
            "outputs",
            "build-contexts",
            "network",
            "push");

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
        var marks = new Step.Build.Marks(
                settings.list(fields, "tags", place, literals::reference),
                settings.map(fields, "labels", null, place),
                settings.map(fields, "annotations", null, place));
        var cache = new Step.Build.Cache(
                settings.list(fields, "cache-from", place, literals::cacheFrom),
                settings.list(fields, "cache-to", place, literals::cacheTo),
                settings.flag(fields, "no-cache", false, place),
                settings.flag(fields, "pull", false, place));
        var results = new Step.Build.Results(
                settings.list(fields, "outputs", place, literals::output), settings.flag(fields, "push", false, place));
        Fields.Field push = fields.field("push");
        if (push != null
                && results.push().written() instanceof Template written
                && written.source().equals("true")
                && marks.tags().isEmpty()) {
            settings.diagnostics()
                    .error(push.keySpan(), "'push' needs 'tags' to push to", "add tags: [name:tag], or use 'publish'");
        }
        return new Step.Build(head, recipe(fields), marks, cache, access(fields), results);
    }

    private Step.Build.Recipe recipe(Fields fields) {
        Template context = settings.optionalText(fields, "context", place);
        return new Step.Build.Recipe(
                context != null ? context : Template.literal(".", fields.span()),
                settings.optionalText(fields, "file", place),
                settings.optionalText(fields, "target", place),
                settings.map(fields, "args", null, place),
                settings.list(fields, "platforms", place, literals::platforms),
                settings.map(fields, "build-contexts", null, place));
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
                network);
    }
}
