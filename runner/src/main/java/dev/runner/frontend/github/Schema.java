package dev.runner.frontend.github;

import dev.runner.expression.AllowedNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Definitions by name, written one a line:
 *
 * <pre>{@code
 * name [github env hashFiles(1,255)] = { key!: type, other: 'constant' | number, *text+: any }
 * name = (item)*
 * @group = github env
 * }</pre>
 *
 * <p>The names in brackets are those that expressions may use, {@code @group} among them for several. {@code !} marks a
 * key that must be there, {@code *key: value} what other keys there may be. {@code text+} is text that is not empty. A
 * line that begins with white space continues the one before it.
 */
final class Schema {
    private static final Pattern LINE =
            Pattern.compile("(?<name>[\\w+-]+)(?:\\s*\\[(?<contexts>[^\\]]*)\\])?\\s*=\\s*(?<body>.*)", Pattern.DOTALL);
    private static final List<String> NONE = List.of();

    private final Map<String, Definition> definitions = new LinkedHashMap<>();
    private final Map<String, String> groups = new LinkedHashMap<>();
    private final Map<Set<String>, AllowedNames> allowed = new ConcurrentHashMap<>();
    private final Map<String, List<Definition>> flat = new ConcurrentHashMap<>();

    Schema(String text) {
        definitions.put("text", new Definition.Text(NONE, false, null));
        definitions.put("text+", new Definition.Text(NONE, true, null));
        definitions.put("number", new Definition.Number(NONE));
        definitions.put("boolean", new Definition.Truth(NONE));
        definitions.put("null", new Definition.Nothing(NONE));
        for (String line : text.replaceAll("\\n\\s+", " ").split("\\n")) {
            if (!line.isBlank()) {
                define(line);
            }
        }
    }

    private void define(String line) {
        if (line.startsWith("@")) {
            int equals = line.indexOf('=');
            groups.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
            return;
        }
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no definition: " + line);
        }
        String contexts = parts.group("contexts");
        definitions.put(
                parts.group("name"),
                body(
                        contexts == null ? NONE : contexts(contexts),
                        parts.group("body").strip()));
    }

    private List<String> contexts(String words) {
        List<String> contexts = new ArrayList<>();
        for (String word : words.strip().split("\\s+")) {
            String group = groups.get(word);
            if (group == null) {
                contexts.add(word);
            } else {
                contexts.addAll(contexts(group));
            }
        }
        return contexts;
    }

    private Definition body(List<String> contexts, String body) {
        if (body.startsWith("{")) {
            return fields(contexts, body.substring(1, body.length() - 1).strip());
        }
        if (body.startsWith("(")) {
            return new Definition.Items(contexts, type(body.substring(1, body.length() - 2)));
        }
        String[] choices = body.split("\\|");
        if (choices.length > 1 || !definitions.containsKey(body)) {
            List<String> names = new ArrayList<>();
            for (String choice : choices) {
                names.add(type(choice));
            }
            return new Definition.OneOf(contexts, names);
        }
        return new Definition.OneOf(contexts, List.of(body));
    }

    /** The name of a type, which is made when it has none of its own. */
    private String type(String written) {
        String type = written.strip();
        if (type.contains("|") || type.startsWith("(")) {
            definitions.put(type, body(NONE, type));
        } else if (type.startsWith("'")) {
            definitions.put(type, new Definition.Text(NONE, false, type.substring(1, type.length() - 1)));
        }
        return type;
    }

    private Definition fields(List<String> contexts, String body) {
        Map<String, Definition.Fields.Property> properties = new LinkedHashMap<>();
        Definition.Fields.Loose loose = null;
        for (String entry : body.isEmpty() ? new String[0] : body.split(",")) {
            int colon = entry.indexOf(':');
            String key = entry.substring(0, colon).strip();
            String type = type(entry.substring(colon + 1));
            if (key.startsWith("*")) {
                loose = new Definition.Fields.Loose(key.substring(1), type);
            } else {
                boolean required = key.endsWith("!");
                properties.put(
                        required ? key.substring(0, key.length() - 1) : key,
                        new Definition.Fields.Property(type, required));
            }
        }
        return new Definition.Fields(contexts, properties, loose);
    }

    /** A place of this type below another, whose names it may use, too. */
    Place place(@Nullable Place above, String type) {
        Set<String> contexts = new LinkedHashSet<>(above == null ? Set.of() : above.contexts());
        contexts.addAll(definition(type).contexts());
        return new Place(type, contexts);
    }

    private Definition definition(String type) {
        Definition definition = definitions.get(type);
        if (definition == null) {
            throw new IllegalArgumentException("the schema does not define " + type);
        }
        return definition;
    }

    /** What may stand in a place: choices of choices are resolved. */
    List<Definition> choices(String type) {
        List<Definition> known = flat.get(type);
        if (known == null) {
            List<Definition> found = new ArrayList<>();
            collect(definition(type), found);
            known = List.copyOf(found);
            flat.put(type, known);
        }
        return known;
    }

    private void collect(Definition definition, List<Definition> found) {
        if (definition instanceof Definition.OneOf one) {
            one.choices().forEach(choice -> collect(definition(choice), found));
        } else {
            found.add(definition);
        }
    }

    AllowedNames allowed(Set<String> contexts) {
        return allowed.computeIfAbsent(contexts, AllowedNames::of);
    }

    /**
     * A place in a file.
     *
     * @param contexts the contexts and functions that its expressions may use; none are allowed when empty
     */
    record Place(String type, Set<String> contexts) {
        boolean allowsExpressions() {
            return !contexts.isEmpty();
        }

        /** The same place, where one of its choices is known to be meant. */
        Place as(Definition definition) {
            if (definition.contexts().isEmpty()) {
                return this;
            }
            Set<String> more = new LinkedHashSet<>(contexts);
            more.addAll(definition.contexts());
            return new Place(type, more);
        }
    }
}
