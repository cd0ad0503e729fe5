package dev.runner.frontend.github;

import dev.runner.expression.Template;
import dev.runner.source.Diagnostics;
import dev.runner.source.NearNames;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks a YAML tree against the schema and gives it as tokens. What is wrong goes to the faults, in the words and the
 * order of GitHub's own reader, and reading goes on.
 */
final class TemplateReader {
    private static final String NOT_ALLOWED = "A template expression is not allowed in this context";
    private static final Pattern QUOTED = Pattern.compile("'(?:[^']|'')*'");
    private static final Pattern INSERT = Pattern.compile("\\$\\{\\{\\s*insert(\\s.*?)?\\s*}}", Pattern.DOTALL);

    /** A longer list helps nobody. */
    private static final int LISTED = 20;

    private final Schema schema;
    private final Faults faults;
    private final boolean backgroundSteps;

    TemplateReader(Schema schema, Faults faults, boolean backgroundSteps) {
        this.schema = schema;
        this.faults = faults;
        this.backgroundSteps = backgroundSteps;
    }

    Token read(YamlNode node, Schema.Place place) {
        return switch (node) {
            case YamlNode.Scalar scalar -> validate(scalar(scalar, place), place);
            case YamlNode.Sequence sequence -> items(sequence, place);
            case YamlNode.Mapping mapping -> fields(mapping, place);
        };
    }

    private Token items(YamlNode.Sequence sequence, Schema.Place place) {
        Definition.Items definition = null;
        for (Definition choice : schema.choices(place.type())) {
            if (definition == null && choice instanceof Definition.Items items) {
                definition = items;
            }
        }
        List<Token> items = new ArrayList<>();
        if (definition == null) {
            faults.add(sequence.span(), "A sequence was not expected", null);
        } else {
            Schema.Place below = schema.place(place, definition.item());
            sequence.items().forEach(item -> items.add(read(item, below)));
        }
        return new Token.Items(items, sequence.span());
    }

    private Token fields(YamlNode.Mapping mapping, Schema.Place place) {
        List<Definition.Fields> choices = new ArrayList<>();
        for (Definition choice : schema.choices(place.type())) {
            if (choice instanceof Definition.Fields fields) {
                choices.add(fields);
            }
        }
        if (choices.isEmpty()) {
            faults.add(mapping.span(), "A mapping was not expected", null);
            return new Token.Fields(List.of(), mapping.span());
        }
        return new MappingReader(mapping, choices.size() == 1 ? place.as(choices.getFirst()) : place, choices).read();
    }

    /** One mapping, whose keys tell which of several definitions is meant. */
    private final class MappingReader {
        private final YamlNode.Mapping mapping;
        private final Schema.Place place;
        private List<Definition.Fields> choices;
        private final Definition.Fields.@Nullable Loose loose;
        private final Set<String> seen = new HashSet<>();
        private final List<Token.Field> fields = new ArrayList<>();
        private boolean computedKey;

        MappingReader(YamlNode.Mapping mapping, Schema.Place place, List<Definition.Fields> choices) {
            this.mapping = mapping;
            this.place = place;
            this.choices = choices;
            this.loose = choices.getFirst().loose();
        }

        Token read() {
            mapping.entries().forEach(this::entry);
            if (choices.size() > 1) {
                tellApart();
            } else if (!computedKey) {
                choices.getFirst().properties().forEach((name, property) -> {
                    if (property.required() && !seen.contains(name.toUpperCase(Locale.ROOT))) {
                        faults.add(mapping.span(), "Required property is missing: " + name, null);
                    }
                });
            }
            return new Token.Fields(fields, mapping.span());
        }

        private void entry(YamlNode.Entry entry) {
            if (!(entry.key() instanceof YamlNode.Scalar scalar)) {
                faults.add(entry.key().span(), "Expected a scalar value, a sequence, or a mapping", null);
                return;
            }
            Token key = scalar(scalar, place);
            if (key.isExpression()) {
                computedKey = true;
                if (place.allowsExpressions()) {
                    String below =
                            loose != null && choices.getFirst().properties().isEmpty() ? loose.value() : "any";
                    boolean insert = key instanceof Token.Insert;
                    Token value = TemplateReader.this.read(entry.value(), schema.place(place, insert ? "any" : below));
                    fields.add(new Token.Field(key, value));
                } else {
                    faults.add(key, NOT_ALLOWED);
                }
                return;
            }
            Token.Text name = new Token.Text(key.literal(), key.span());
            if (!name.value().isEmpty() && !seen.add(name.value().toUpperCase(Locale.ROOT))) {
                faults.add(name, "'" + name.value() + "' is already defined");
                return;
            }
            value(name, entry.value());
        }

        private void value(Token.Text name, YamlNode node) {
            Definition.Fields.Property property = narrow(name.value());
            if (property != null && (backgroundSteps || !WorkflowSchema.BACKGROUND.contains(name.value()))) {
                fields.add(new Token.Field(name, TemplateReader.this.read(node, schema.place(place, property.type()))));
            } else if (loose != null) {
                validate(name, schema.place(place, loose.key()));
                fields.add(new Token.Field(name, TemplateReader.this.read(node, schema.place(place, loose.value()))));
            } else {
                faults.add(name, "Unexpected value '" + name.value() + "'", remedy(name.value()));
            }
        }

        /** The key's property; definitions without it are out, unless no definition has it. */
        private Definition.Fields.@Nullable Property narrow(String name) {
            Definition.Fields.Property found = null;
            List<Definition.Fields> left = new ArrayList<>();
            for (Definition.Fields choice : choices) {
                Definition.Fields.Property property = choice.properties().get(name);
                if (property != null) {
                    found = found == null ? property : found;
                    left.add(choice);
                }
            }
            if (found != null) {
                choices = left;
            }
            return found;
        }

        private @Nullable String remedy(String name) {
            Set<String> known = new TreeSet<>();
            choices.forEach(choice -> known.addAll(choice.properties().keySet()));
            if (!backgroundSteps) {
                known.removeAll(WorkflowSchema.BACKGROUND);
            }
            String near = NearNames.nearest(name, known);
            return near != null
                    ? "did you mean '" + near + "'?"
                    : known.isEmpty() ? null : "known here: " + String.join(", ", known);
        }

        private void tellApart() {
            TreeMap<String, Integer> counts = new TreeMap<>();
            for (Definition.Fields choice : choices) {
                choice.properties().keySet().forEach(name -> counts.merge(name, 1, Integer::sum));
            }
            List<String> telling = new ArrayList<>();
            counts.forEach((name, count) -> {
                if (count == 1 && (backgroundSteps || !WorkflowSchema.BACKGROUND.contains(name))) {
                    telling.add(name);
                }
            });
            faults.add(
                    mapping.span(),
                    "There's not enough info to determine what you meant. Add one of these properties: "
                            + String.join(", ", telling),
                    null);
        }
    }

    private Token scalar(YamlNode.Scalar scalar, Schema.Place place) {
        Token token = Scalars.resolve(scalar, faults);
        if (!(token instanceof Token.Text(String text, var span)) || !text.contains("${{")) {
            return token;
        }
        if (text.contains("insert")) {
            Token insert = insert(text, token);
            if (insert != null) {
                return insert;
            }
        }
        Diagnostics found = new Diagnostics();
        Template template = place.allowsExpressions()
                ? Template.parse(text, span, schema.allowed(place.contexts()), found)
                : Template.parse(text, span, found);
        if (found.hasErrors()) {
            faults.addAll(template, span);
            return new Token.Text(text, span);
        }
        if (template.isOneExpression()) {
            String expression = template.expressions().getFirst().text();
            if (QUOTED.matcher(expression).matches()) {
                String inner = expression.substring(1, expression.length() - 1);
                return new Token.Text(inner.replace("''", "'"), span);
            }
        }
        return new Token.Computed(template, span);
    }

    /** The directive {@code insert}, or a text that misuses it; null when there is none in it. */
    private @Nullable Token insert(String text, Token token) {
        var matcher = INSERT.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        if (matcher.group(1) != null && !matcher.group(1).isBlank()) {
            int count = matcher.group(1).strip().split("\\s+").length;
            faults.add(
                    token,
                    "Exactly 0 parameter(s) were expected following the directive 'insert'. Actual parameter count: "
                            + count);
            return token;
        }
        if (matcher.start() == 0 && matcher.end() == text.length()) {
            return new Token.Insert(token.span());
        }
        faults.add(
                token,
                "The directive 'insert' is not allowed in this context. Directives are not supported for expressions"
                        + " that are embedded within a string. Directives are only supported when the entire value is an"
                        + " expression.");
        return token;
    }

    private Token validate(Token token, Schema.Place place) {
        if (token instanceof Token.Computed) {
            if (!place.allowsExpressions()) {
                faults.add(token, NOT_ALLOWED);
            }
            return token;
        }
        List<Definition> choices = schema.choices(place.type());
        Token text = new Token.Text(token.literal(), token.span());
        for (Token candidate : token instanceof Token.Text ? List.of(token) : List.of(token, text)) {
            for (Definition choice : choices) {
                if (choice instanceof Definition.Scalar scalar && scalar.accepts(candidate)) {
                    return candidate;
                }
            }
        }
        faults.add(token, "Unexpected value '" + token.literal() + "'", remedy(choices, token.literal()));
        return token;
    }

    private static @Nullable String remedy(List<Definition> choices, String found) {
        List<String> known = new ArrayList<>();
        Set<String> kinds = new TreeSet<>();
        for (Definition choice : choices) {
            switch (choice) {
                case Definition.Text text -> {
                    if (text.constant() != null) {
                        known.add(text.constant());
                    } else {
                        kinds.add(text.nonEmpty() ? "text that is not empty" : "text");
                    }
                }
                case Definition.Number _ -> kinds.add("a number");
                case Definition.Truth _ -> kinds.add("true or false");
                case Definition.Items _ -> kinds.add("a list");
                case Definition.Fields _ -> kinds.add("a mapping");
                case Definition.Nothing _, Definition.OneOf _ -> {}
            }
        }
        String near = NearNames.nearest(found, known);
        if (near != null) {
            return "did you mean '" + near + "'?";
        }
        if (known.size() > LISTED) {
            return null;
        }
        String words = known.isEmpty() ? String.join(" or ", kinds) : "one of " + String.join(", ", known);
        return words.isEmpty() ? null : "expected is " + words;
    }
}
