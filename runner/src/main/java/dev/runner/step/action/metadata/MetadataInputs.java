package dev.runner.step.action.metadata;

import java.util.List;

/** The inputs as lists of entries. */
public record MetadataInputs(
        List<String> images, List<String> tags, List<String> flavor, List<String> labels, List<String> annotations) {
    public MetadataInputs {
        images = List.copyOf(images);
        tags = List.copyOf(tags);
        flavor = List.copyOf(flavor);
        labels = List.copyOf(labels);
        annotations = List.copyOf(annotations);
    }
}
