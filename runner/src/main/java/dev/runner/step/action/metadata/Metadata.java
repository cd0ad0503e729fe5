package dev.runner.step.action.metadata;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tags, labels and annotations of an image on an occasion. */
public final class Metadata {
    private static final Pattern LABEL = Pattern.compile("([^=]*)=(.*)");

    private final List<ImageName> images;
    private final Flavor flavor;
    private final TagNames.Result names;
    private final Map<String, String> labels;
    private final Map<String, String> annotations;

    private Metadata(MetadataInputs inputs, Occasion occasion, Consumer<String> warnings) {
        images = ImageName.parse(inputs.images()).stream()
                .filter(ImageName::enabled)
                .toList();
        flavor = Flavor.parse(inputs.flavor());
        names = new TagNames(occasion, flavor, warnings).of(TagRule.parse(inputs.tags()));
        labels = marks(occasion, inputs.labels());
        annotations = marks(occasion, inputs.annotations());
    }

    /**
     * Works everything out.
     *
     * @param warnings hears of versions that are none
     * @throws MetadataException when an entry means nothing
     */
    public static Metadata of(MetadataInputs inputs, Occasion occasion, Consumer<String> warnings) {
        return new Metadata(inputs, occasion, warnings);
    }

    private Map<String, String> marks(Occasion occasion, List<String> more) {
        Occasion.Repository repository = occasion.repository();
        Map<String, String> marks = new TreeMap<>(new KeyOrder());
        marks.put("org.opencontainers.image.title", repository.name());
        marks.put("org.opencontainers.image.description", repository.description());
        marks.put("org.opencontainers.image.url", repository.url());
        marks.put("org.opencontainers.image.source", repository.url());
        marks.put("org.opencontainers.image.version", version());
        marks.put(
                "org.opencontainers.image.created",
                MomentFormat.format(occasion.now(), "YYYY-MM-DDTHH:mm:ss.SSS[Z]", "UTC"));
        marks.put("org.opencontainers.image.revision", occasion.commit().sha());
        marks.put("org.opencontainers.image.licenses", repository.license());
        Expressions expressions = new Expressions(occasion);
        for (String entry : more) {
            String mark = expressions.global(entry);
            int equals = mark.indexOf('=');
            if (equals >= 0) {
                marks.put(mark.substring(0, equals), mark.substring(equals + 1));
            }
        }
        return marks;
    }

    /** The tag of the first rule that gave one; empty when none did. */
    public String version() {
        return names.names().isEmpty() ? "" : names.names().getFirst();
    }

    /** Tags without names of images. */
    public List<String> tagNames() {
        List<String> tags = new ArrayList<>(names.names());
        if (!tags.isEmpty() && names.latest()) {
            tags.add(TagNames.cleaned(
                    flavor.prefix().onLatestTag() + "latest" + flavor.suffix().onLatestTag()));
        }
        return tags;
    }

    /** Each tag of each image; bare tags when there is no image. */
    public List<String> tags() {
        return images.isEmpty()
                ? tagNames()
                : images.stream()
                        .flatMap(image -> tagNames().stream().map(tag -> image.name() + ":" + tag))
                        .toList();
    }

    /** As {@code key=value}, sorted by key. */
    public List<String> labels() {
        return lines(labels, "");
    }

    /** As {@code level:key=value}, one for each level. */
    public List<String> annotations(List<String> levels) {
        return levels.stream()
                .flatMap(level -> lines(annotations, level + ":").stream())
                .toList();
    }

    private static List<String> lines(Map<String, String> marks, String before) {
        return marks.entrySet().stream()
                .map(mark -> before + mark.getKey() + "=" + mark.getValue())
                .toList();
    }

    /** The output {@code json}. */
    public String json(List<String> levels) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tags", tags());
        json.put("tag-names", tagNames());
        json.put("labels", labelMap());
        json.put("annotations", annotations(levels));
        return ScriptJson.compact(json);
    }

    /** A line end ends a label's value in JSON, as the pattern by which the published action takes it apart wants it. */
    private Map<String, String> labelMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (String label : labels()) {
            Matcher parts = LABEL.matcher(label);
            if (parts.find()) {
                map.put(parts.group(1), parts.group(2));
            }
        }
        return map;
    }

    /** What a file for bake defines. */
    public enum BakePart {
        TAGS,
        LABELS,
        ANNOTATIONS,
        TAGS_AND_LABELS
    }

    /** A file for bake that defines a target. */
    public String bakeFile(String target, BakePart part, List<String> levels) {
        Map<String, Object> definition = new LinkedHashMap<>();
        if (part == BakePart.TAGS || part == BakePart.TAGS_AND_LABELS) {
            definition.put("tags", tags());
        }
        if (part == BakePart.LABELS || part == BakePart.TAGS_AND_LABELS) {
            definition.put("labels", labelMap());
        }
        if (part == BakePart.TAGS || part == BakePart.TAGS_AND_LABELS) {
            Map<String, String> arguments = new LinkedHashMap<>();
            arguments.put(
                    "DOCKER_META_IMAGES",
                    String.join(",", images.stream().map(ImageName::name).toList()));
            if (!version().isEmpty()) {
                arguments.put("DOCKER_META_VERSION", version());
            }
            definition.put("args", arguments);
        }
        if (part == BakePart.ANNOTATIONS) {
            definition.put("annotations", annotations(levels));
        }
        return ScriptJson.indented(Map.of("target", Map.of(target, definition)));
    }
}
