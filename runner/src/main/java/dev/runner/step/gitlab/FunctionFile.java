package dev.runner.step.gitlab;

import dev.runner.expression.Value;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function as its {@code step.yml} describes it: what it takes and gives, and what it does.
 *
 * @param folder where the file lies
 * @param outputs their types and defaults by name; null when they are those of another function
 */
record FunctionFile(
        Path folder, Map<String, Value> inputs, @Nullable Map<String, Value> outputs, Value.Obj definition) {
    private static final List<String> NAMES = List.of("step.yml", "func.yml");

    /** @param place a file, or a folder with one of the usual name */
    static FunctionFile read(Path place, String shown) throws IOException, FunctionFault {
        Path file = Files.isDirectory(place) ? inside(place) : place;
        if (!Files.isRegularFile(file)) {
            throw FunctionFault.of("there is no function at " + shown, "it needs a step.yml");
        }
        Source source = Source.of(shown + "/" + file.getFileName(), Files.readString(file));
        List<YamlNode> documents = YamlReader.readAll(source, YamlReader.Limits.DEFAULT);
        if (documents.size() != 2
                || !(value(documents.get(0)) instanceof Value.Obj first)
                || !first.keys().contains("spec")
                || !(value(documents.get(1)) instanceof Value.Obj definition)) {
            throw FunctionFault.of(
                    source.name() + " is no function", "it has two documents: spec: …, then exec: or run: …");
        }
        Value.Obj spec = first.get("spec") instanceof Value.Obj written ? written : Value.Obj.caseSensitive(Map.of());
        Value outputs = spec.get("outputs");
        return new FunctionFile(
                file.toAbsolutePath().resolveSibling("").normalize(),
                entries(spec.get("inputs")),
                outputs instanceof Value.Str ? null : entries(outputs),
                definition);
    }

    private static Path inside(Path folder) {
        return NAMES.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(folder.resolve(NAMES.getFirst()));
    }

    static Map<String, Value> entries(@Nullable Value value) {
        return value instanceof Value.Obj fields ? fields.entries() : Map.of();
    }

    /** What it gets for its inputs: each is known, has its type, and those without default are there. */
    Map<String, Value> taken(Map<String, Value> given) throws FunctionFault {
        for (String name : given.keySet()) {
            if (!inputs.containsKey(name)) {
                throw FunctionFault.of(
                        "the function has no input '" + name + "'", "it has: " + String.join(", ", inputs.keySet()));
            }
        }
        return checked("input", inputs, given);
    }

    /** What it gives: the outputs that it has described. */
    Map<String, Value> given(Map<String, Value> returned) throws FunctionFault {
        return outputs == null ? returned : checked("output", outputs, returned);
    }

    private static Map<String, Value> checked(String what, Map<String, Value> described, Map<String, Value> given)
            throws FunctionFault {
        Map<String, Value> all = new LinkedHashMap<>();
        for (Map.Entry<String, Value> entry : described.entrySet()) {
            Map<String, Value> details = entries(entry.getValue());
            Value value = given.getOrDefault(entry.getKey(), details.get("default"));
            Value type = details.get("type");
            String wanted = type == null ? "string" : type.text();
            if (value == null) {
                throw FunctionFault.of(
                        "the " + what + " '" + entry.getKey() + "' is not given and has no default", null);
            }
            if (!fits(value, wanted)) {
                throw FunctionFault.of("the " + what + " '" + entry.getKey() + "' is no " + wanted, null);
            }
            all.put(entry.getKey(), value);
        }
        return all;
    }

    private static boolean fits(Value value, String type) {
        return switch (type) {
            case "array" -> value instanceof Value.Arr;
            case "boolean" -> value instanceof Value.Bool;
            case "number" -> value instanceof Value.Num;
            case "struct" -> value instanceof Value.Obj;
            case "string", "raw_string" -> value instanceof Value.Str;
            default -> true;
        };
    }

    private static Value value(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar.plain() ? plain(scalar.value()) : Value.of(scalar.value());
            case YamlNode.Sequence sequence -> {
                List<Value> items = new ArrayList<>();
                sequence.items().forEach(item -> items.add(value(item)));
                yield new Value.Arr(items);
            }
            case YamlNode.Mapping mapping -> {
                Map<String, Value> fields = new LinkedHashMap<>();
                mapping.entries().forEach(entry -> {
                    if (entry.key() instanceof YamlNode.Scalar key) {
                        fields.put(key.value(), value(entry.value()));
                    }
                });
                yield Value.Obj.caseSensitive(fields);
            }
        };
    }

    private static Value plain(String text) {
        return switch (text) {
            case "", "~", "null" -> Value.NULL;
            case "true", "false" -> Value.of(text.equals("true"));
            default ->
                text.matches("[-+]?\\d+(\\.\\d+)?([eE][-+]?\\d+)?")
                        ? Value.of(Double.parseDouble(text))
                        : Value.of(text);
        };
    }
}
