package dev.runner.frontend.gitlab;

import dev.runner.source.Source;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file's text to {@link Node}s. Types are those of YAML 1.1; a merge key is applied where it stands, so that it
 * replaces what is written before it and not what comes after, as Psych does.
 */
final class ConfigReader {
    private static final YamlReader.Limits LIMITS = new YamlReader.Limits(4 << 20, 100, 1_000_000);

    private final Faults faults;
    private final @Nullable Interpolation interpolation;

    private ConfigReader(Faults faults, @Nullable Interpolation interpolation) {
        this.faults = faults;
        this.interpolation = interpolation;
    }

    /** A file's documents: the header with {@code spec} if it has one, and the configuration. */
    record File(@Nullable YamlNode header, @Nullable YamlNode content, Source source) {}

    static File split(Source source) {
        List<YamlNode> documents = YamlReader.readAll(source, LIMITS);
        if (documents.size() > 1 && hasSpec(documents.getFirst())) {
            return new File(documents.getFirst(), documents.get(1), source);
        }
        return documents.isEmpty() ? new File(null, null, source) : new File(null, documents.getFirst(), source);
    }

    private static boolean hasSpec(YamlNode node) {
        return node instanceof YamlNode.Mapping mapping
                && mapping.entries().stream()
                        .anyMatch(entry -> entry.key() instanceof YamlNode.Scalar key
                                && key.value().equals("spec"));
    }

    /** A document as it stands. */
    static Node read(YamlNode node, Faults faults) {
        return new ConfigReader(faults, null).convert(node);
    }

    /** The configuration with its inputs put in; null for a file that holds no mapping, which is told. */
    static Node.@Nullable Fields content(File file, Interpolation interpolation, Faults faults) {
        YamlNode content = file.content();
        if (content == null) {
            return null;
        }
        Node node = new ConfigReader(faults, interpolation).convert(content);
        if (node instanceof Node.Fields fields) {
            return fields;
        }
        faults.error(node.span(), "Invalid configuration format", "write a mapping of jobs by their names");
        return null;
    }

    private Node convert(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence sequence -> items(sequence);
            case YamlNode.Mapping mapping -> fields(mapping);
        };
    }

    private Node scalar(YamlNode.Scalar scalar) {
        String text = scalar.value();
        boolean typed = scalar.plain() && scalar.tag() == null;
        if (interpolation != null && text.contains(Interpolation.OPEN)) {
            Node whole = interpolation.value(text, scalar.span());
            if (whole != null) {
                return typed || !(whole instanceof Node.Scalar given)
                        ? retyped(whole, scalar.span(), typed)
                        : Node.text(given.text(), scalar.span());
            }
            text = interpolation.text(text, scalar.span());
        }
        if (scalar.tag() != null && scalar.tag().endsWith(":int")) {
            return Yaml11.scalar(text, scalar.span());
        }
        if (!typed) {
            return Node.text(text, scalar.span());
        }
        String unsupported = Yaml11.unsupported(text);
        if (unsupported != null) {
            faults.error(
                    scalar.span(),
                    "Invalid configuration format: Tried to load unspecified class: " + unsupported,
                    "put the value into quotes");
        }
        return Yaml11.scalar(text, scalar.span());
    }

    /** An input stands in the text before YAML is read, so that a plain {@code 5} is a number whatever its type was. */
    private static Node retyped(Node value, Span span, boolean typed) {
        return switch (value) {
            case Node.Scalar given when typed && given.kind() == Node.Kind.TEXT -> Yaml11.scalar(given.text(), span);
            case Node.Scalar given -> new Node.Scalar(span, given.kind(), given.text());
            case Node.Items list -> new Node.Items(span, list.items());
            case Node.Fields map -> new Node.Fields(span, map.fields());
            case Node.Reference reference -> reference;
        };
    }

    private Node items(YamlNode.Sequence sequence) {
        if ("!reference".equals(sequence.tag())) {
            List<String> path = new ArrayList<>();
            for (YamlNode item : sequence.items()) {
                path.add(convert(item) instanceof Node.Scalar part ? part.text() : "");
            }
            return new Node.Reference(sequence.span(), path);
        }
        return new Node.Items(
                sequence.span(), sequence.items().stream().map(this::convert).toList());
    }

    private Node fields(YamlNode.Mapping mapping) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        Set<String> written = new HashSet<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key() instanceof YamlNode.Scalar key
                    && key.plain()
                    && key.value().equals("<<")) {
                merge(convert(entry.value()), fields);
            } else if (convert(entry.key()) instanceof Node.Scalar key) {
                if (!written.add(key.text())) {
                    faults.warning(
                            key.span(),
                            "the key '" + key.text() + "' is here twice; GitLab takes the last one",
                            "keep one of them");
                }
                fields.put(key.text(), new Node.Field(key.span(), convert(entry.value())));
            } else {
                faults.error(entry.key().span(), "Invalid configuration format: a key must be a scalar");
            }
        }
        return new Node.Fields(mapping.span(), fields);
    }

    private void merge(Node value, Map<String, Node.Field> fields) {
        switch (value) {
            case Node.Fields more -> fields.putAll(more.fields());
            case Node.Items(Span _, List<Node> items) -> items.reversed().forEach(item -> merge(item, fields));
            case Node.Scalar scalar ->
                faults.error(scalar.span(), "a merge key needs a mapping, or a list of mappings", null);
            case Node.Reference reference ->
                faults.error(reference.span(), "a merge key cannot take a !reference", "use extends, or an anchor");
        }
    }
}
