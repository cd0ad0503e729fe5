package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code extends}: each base is merged under the job, the later base over the earlier. Mappings are merged deeply, all
 * else is replaced, and {@code null} in the job removes what a base has.
 */
final class Extends {
    private static final int DEEPEST = 10;

    private final Node.Fields root;
    private final Faults faults;
    private final Map<String, Done> done = new HashMap<>();
    private final List<String> open = new ArrayList<>();

    /** @param height how many entries with bases of their own stand in the longest chain down from it */
    private record Done(Node.Fields fields, int height) {}

    private Extends(Node.Fields root, Faults faults) {
        this.root = root;
        this.faults = faults;
    }

    static Node.Fields apply(Node.Fields root, Faults faults) {
        Extends all = new Extends(root, faults);
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        root.fields().forEach((name, field) -> {
            Node value = field.value() instanceof Node.Fields entry && entry.has("extends")
                    ? all.extended(name, entry).fields()
                    : field.value();
            fields.put(name, new Node.Field(field.key(), value));
        });
        return new Node.Fields(root.span(), fields);
    }

    private Done extended(String name, Node.Fields entry) {
        Node bases = entry.get("extends");
        if (bases == null || Node.isNull(bases)) {
            return new Done(entry, 0);
        }
        if (open.contains(name)) {
            faults.error(bases.span(), name + ": circular dependency detected in `extends`");
            return new Done(entry.without("extends"), 1);
        }
        Done known = done.get(name);
        int height = known == null ? 1 : known.height();
        if (open.size() + height - 1 > DEEPEST) {
            faults.error(bases.span(), name + ": nesting too deep in `extends`", "at most 11 levels are allowed");
            return new Done(entry.without("extends"), 1);
        }
        if (known != null) {
            return known;
        }
        open.addLast(name);
        Node.Fields merged = null;
        int deepest = 0;
        for (Node base : bases instanceof Node.Items(Span _, List<Node> items) ? items : List.of(bases)) {
            Done found = base(name, base);
            if (found != null) {
                Node.Fields fields = found.fields().without("extends");
                merged = merged == null ? fields : merged.merged(fields);
                deepest = Math.max(deepest, found.height());
            }
        }
        open.removeLast();
        Node.Fields own = merged == null ? entry : merged.merged(entry);
        Done result = new Done(own.with("extends", new Node.Field(bases.span(), bases)), deepest + 1);
        done.put(name, result);
        return result;
    }

    private @Nullable Done base(String name, Node base) {
        String wanted = Node.textOf(base);
        if (wanted == null) {
            faults.error(base.span(), "jobs:" + name + " extends should be an array of strings or a string");
            return null;
        }
        Node.Field found = root.fields().get(wanted);
        if (found == null) {
            String near =
                    dev.runner.source.NearNames.nearest(wanted, root.fields().keySet());
            faults.error(
                    base.span(),
                    name + ": unknown keys in `extends` (" + wanted + ")",
                    near == null ? null : "did you mean '" + near + "'?");
            return null;
        }
        if (!(found.value() instanceof Node.Fields entry)) {
            faults.error(base.span(), name + ": invalid base hashes in `extends` (" + wanted + ")");
            return null;
        }
        return extended(wanted, entry);
    }
}
