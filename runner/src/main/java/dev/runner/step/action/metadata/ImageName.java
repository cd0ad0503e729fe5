package dev.runner.step.action.metadata;

import dev.runner.step.action.metadata.Attributes.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A repository to tag.
 *
 * @param name in lower case, as names of images must be
 */
record ImageName(String name, boolean enabled) {
    /** @param entries of the input {@code images}; one alone may hold several names, as it did before there were attributes */
    static List<ImageName> parse(List<String> entries) {
        if (entries.size() == 1) {
            List<Attribute> fields = Attributes.of(entries.getFirst());
            if (fields.stream().allMatch(field -> field.key().isEmpty())) {
                return fields.stream().map(field -> of(field.value(), true)).toList();
            }
        }
        List<ImageName> names = new ArrayList<>();
        for (String entry : entries) {
            names.add(parse(entry));
        }
        return names;
    }

    private static ImageName parse(String entry) {
        String name = "";
        boolean enabled = true;
        for (Attribute field : Attributes.of(entry)) {
            switch (field.key()) {
                case "", "name" -> name = field.value();
                case "enable" -> enabled = Attributes.flag(field.value(), "Invalid enable attribute value: " + entry);
                default -> throw new MetadataException("Unknown image attribute: " + entry);
            }
        }
        if (name.isEmpty()) {
            throw new MetadataException("Image name attribute empty: " + entry);
        }
        return of(name, enabled);
    }

    private static ImageName of(String name, boolean enabled) {
        return new ImageName(name.toLowerCase(Locale.ROOT), enabled);
    }
}
