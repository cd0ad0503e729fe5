package dev.runner.step.action.metadata;

import dev.runner.step.action.input.Csv;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code key=value} pairs that commas part, as entries of images, tags and flavor are written. */
final class Attributes {
    private Attributes() {}

    /**
     * One of them.
     *
     * @param key in lower case; empty for a field without {@code =}
     */
    record Attribute(String key, String value) {}

    static List<Attribute> of(String entry) {
        List<Attribute> all = new ArrayList<>();
        for (String field : Csv.fields(entry)) {
            int equals = field.indexOf('=', 1);
            all.add(
                    equals < 0
                            ? new Attribute("", field.strip())
                            : new Attribute(
                                    field.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                                    field.substring(equals + 1).strip()));
        }
        return all;
    }

    static boolean flag(String value, String fault) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new MetadataException(fault);
        };
    }
}
