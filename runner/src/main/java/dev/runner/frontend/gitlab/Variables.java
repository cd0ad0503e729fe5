package dev.runner.frontend.gitlab;

import dev.runner.pipeline.Belongings.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Variables from weak to strong; of two with one name the later counts. */
final class Variables {
    private final Map<String, Variable> all = new LinkedHashMap<>();

    Variables copy() {
        Variables copy = new Variables();
        copy.all.putAll(all);
        return copy;
    }

    void put(String name, String value) {
        put(Variable.of(name, value));
    }

    void put(Variable variable) {
        all.remove(variable.name());
        all.put(variable.name(), variable);
    }

    void putAll(Map<String, String> values) {
        values.forEach(this::put);
    }

    /** What a {@code variables} keyword says. */
    void putAll(Node node) {
        if (!(node instanceof Node.Fields fields)) {
            return;
        }
        fields.fields().forEach((name, field) -> {
            Node value = field.value();
            boolean expanded = true;
            if (value instanceof Node.Fields details) {
                Node expand = details.get("expand");
                expanded = expand == null || Node.isTrue(expand);
                value = details.get("value") == null ? Node.text("", field.key()) : details.get("value");
            }
            String text = value instanceof Node.Scalar scalar ? scalar.text() : "";
            put(new Variable(name, text, expanded, false, false, false));
        });
    }

    /** The project's and the pipeline's own, which nothing in a file replaces. */
    void putGiven(GitLabEvent.Given given) {
        strong(given.project(), given);
        strong(given.pipeline(), given);
    }

    private void strong(Map<String, String> values, GitLabEvent.Given given) {
        values.forEach((name, value) -> put(new Variable(
                name, value, true, given.files().contains(name), given.masked().contains(name), true)));
    }

    Map<String, String> asMap() {
        Map<String, String> map = new LinkedHashMap<>();
        all.values().forEach(variable -> map.put(variable.name(), variable.value()));
        return map;
    }

    /** The value with what it refers to put in; empty when there is none. */
    String expanded(String name) {
        Variable variable = all.get(name);
        if (variable == null || !variable.expanded() || variable.value().indexOf('$') < 0) {
            return variable == null ? "" : variable.value();
        }
        return Expansion.expandDeep(variable.value(), asMap());
    }

    void retain(Collection<String> names) {
        all.keySet().retainAll(names);
    }

    List<Variable> list() {
        return new ArrayList<>(all.values());
    }
}
