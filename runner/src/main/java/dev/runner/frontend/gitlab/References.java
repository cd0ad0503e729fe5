package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code !reference [job, key]}: what stands there takes its place, and may hold references itself. */
final class References {
    private static final int DEEPEST = 10;

    private final Node.Fields root;
    private final Faults faults;
    private final List<List<String>> open = new ArrayList<>();

    private References(Node.Fields root, Faults faults) {
        this.root = root;
        this.faults = faults;
    }

    static Node.Fields apply(Node.Fields root, Faults faults) {
        return (Node.Fields) new References(root, faults).resolve(root);
    }

    private Node resolve(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar;
            case Node.Items list -> items(list);
            case Node.Fields map -> fields(map);
            case Node.Reference reference -> found(reference);
        };
    }

    /** Nothing is copied where nothing changes, which is nearly everywhere. */
    private Node items(Node.Items list) {
        List<Node> resolved = null;
        for (int i = 0; i < list.items().size(); i++) {
            Node old = list.items().get(i);
            Node now = resolve(old);
            if (now != old) {
                resolved = resolved == null ? new ArrayList<>(list.items()) : resolved;
                resolved.set(i, now);
            }
        }
        return resolved == null ? list : new Node.Items(list.span(), resolved);
    }

    private Node fields(Node.Fields map) {
        Map<String, Node.Field> resolved = null;
        for (Map.Entry<String, Node.Field> entry : map.fields().entrySet()) {
            Node old = entry.getValue().value();
            Node now = resolve(old);
            if (now != old) {
                resolved = resolved == null ? new LinkedHashMap<>(map.fields()) : resolved;
                resolved.put(entry.getKey(), new Node.Field(entry.getValue().key(), now));
            }
        }
        return resolved == null ? map : new Node.Fields(map.span(), resolved);
    }

    private Node found(Node.Reference reference) {
        Node nothing = Node.text(reference.written(), reference.span());
        if (open.contains(reference.path())) {
            faults.error(reference.span(), reference.written() + " is part of a circular chain");
            return nothing;
        }
        if (open.size() >= DEEPEST) {
            faults.error(
                    reference.span(), reference.written() + " is nested too deep", "at most 10 levels are allowed");
            return nothing;
        }
        if (reference.path().isEmpty()) {
            faults.error(reference.span(), reference.written() + " is not valid", "write !reference [job, key]");
            return nothing;
        }
        Node target = target(reference);
        if (target == null) {
            faults.error(reference.span(), reference.written() + " could not be found");
            return nothing;
        }
        open.addLast(reference.path());
        Node resolved = resolve(target);
        open.removeLast();
        return resolved;
    }

    private @Nullable Node target(Node.Reference reference) {
        Node at = root;
        for (String key : reference.path()) {
            while (at instanceof Node.Reference inner) {
                at = found(inner);
            }
            at = switch (at) {
                case Node.Fields fields -> fields.get(key);
                case Node.Items(Span _, List<Node> items)
                when key.matches("\\d{1,4}") && Integer.parseInt(key) < items.size() ->
                    items.get(Integer.parseInt(key));
                case null, default -> null;
            };
        }
        return at;
    }
}
