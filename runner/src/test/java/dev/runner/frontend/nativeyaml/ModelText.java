package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.source.Span;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model as indented text, without places: what differs from the defaults of records shows as written. */
final class ModelText {
    private final StringBuilder out = new StringBuilder();

    private ModelText() {}

    static String of(Object model) {
        ModelText text = new ModelText();
        text.write("", model.getClass().getSimpleName(), model);
        return text.out.toString();
    }

    private void write(String indent, String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Span _ -> {}
            case Template template -> line(indent, name, quote(template.source()));
            case Expression expression ->
                line(indent, name, "(" + expression.text().strip() + ")");
            case Value json -> line(indent, name, json.toJson());
            case List<?> list -> {
                if (!list.isEmpty()) {
                    line(indent, name, "");
                    list.forEach(item -> write(indent + "  ", "-", item));
                }
            }
            case Map<?, ?> map -> {
                if (!map.isEmpty()) {
                    line(indent, name, "");
                    map.forEach((key, item) -> write(indent + "  ", String.valueOf(key), item));
                }
            }
            case Record record -> {
                line(indent, name, name.equals(record.getClass().getSimpleName()) ? "" : kind(record));
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    write(indent + "  ", component.getName(), read(component, record));
                }
            }
            default -> line(indent, name, value.toString());
        }
    }

    private static String kind(Record record) {
        return "<" + record.getClass().getSimpleName() + ">";
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void line(String indent, String name, String text) {
        out.append(indent).append(name).append(text.isEmpty() ? "" : " " + text).append('\n');
    }

    private static String quote(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }
}
