package dev.runner.differential;

import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file of differences that we mean: each a case, the field's beginning, and the reason. */
record AcceptedDifferences(List<Line> lines) {
    AcceptedDifferences {
        lines = List.copyOf(lines);
    }

    /**
     * @param name the case, or {@code *} for every one
     * @param field what the field's name begins with
     */
    record Line(String name, String field, String reason) {
        boolean covers(Difference difference) {
            return (name.equals("*") || name.equals(difference.name()))
                    && difference.field().startsWith(field);
        }
    }

    static AcceptedDifferences read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        if (YamlReader.read(Source.read(file), YamlReader.Limits.DEFAULT) instanceof YamlNode.Sequence sequence) {
            sequence.items().forEach(item -> lines.add(line(item)));
        }
        return new AcceptedDifferences(lines);
    }

    boolean cover(Difference difference) {
        return lines.stream().anyMatch(line -> line.covers(difference));
    }

    private static Line line(YamlNode item) {
        if (item instanceof YamlNode.Mapping mapping) {
            return new Line(text(mapping, "case"), text(mapping, "field"), text(mapping, "reason"));
        }
        throw new IllegalArgumentException("not a case, field and reason: " + item.span());
    }

    private static String text(YamlNode.Mapping mapping, String name) {
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key() instanceof YamlNode.Scalar key
                    && key.value().equals(name)
                    && entry.value() instanceof YamlNode.Scalar value) {
                return value.value();
            }
        }
        throw new IllegalArgumentException("an accepted difference lacks '" + name + "': " + mapping.span());
    }
}
