package dev.runner.frontend.gitlab;

import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code parallel}: the copies of a job, numbered or one for each combination of a matrix. */
final class Copies {
    private Copies() {}

    /**
     * One copy.
     *
     * @param name in full, such as {@code test 1/3} or {@code test: [a, b]}
     * @param variables of the matrix
     * @param index from 1
     */
    record Copy(String name, Map<String, String> variables, int index, int total) {}

    static List<Copy> of(String name, @Nullable Node parallel) {
        if (parallel instanceof Node.Fields fields) {
            return matrix(name, fields.get("matrix"));
        }
        String number = Node.textOf(parallel);
        if (number == null || !number.matches("\\d{1,4}")) {
            return List.of(new Copy(name, Map.of(), 1, 1));
        }
        int total = Integer.parseInt(number);
        List<Copy> copies = new ArrayList<>();
        for (int index = 1; index <= total; index++) {
            copies.add(new Copy(name + " " + index + "/" + total, Map.of(), index, total));
        }
        return copies;
    }

    private static List<Copy> matrix(String name, @Nullable Node matrix) {
        List<Map<String, String>> rows = rows(matrix);
        List<Copy> copies = new ArrayList<>();
        for (Map<String, String> row : rows) {
            String full = name + ": [" + String.join(", ", row.values()) + "]";
            copies.add(new Copy(full, row, copies.size() + 1, rows.size()));
        }
        return copies;
    }

    /** The combinations; the last variable turns fastest. */
    static List<Map<String, String>> rows(@Nullable Node matrix) {
        List<Map<String, String>> all = new ArrayList<>();
        if (matrix instanceof Node.Items(Span _, List<Node> entries)) {
            for (Node entry : entries) {
                if (entry instanceof Node.Fields fields) {
                    all.addAll(product(fields));
                }
            }
        }
        return all;
    }

    private static List<Map<String, String>> product(Node.Fields fields) {
        List<Map<String, String>> rows = new ArrayList<>(List.of(Map.of()));
        for (Map.Entry<String, Node.Field> axis : fields.fields().entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> row : rows) {
                for (String value : Node.texts(axis.getValue().value())) {
                    Map<String, String> next = new LinkedHashMap<>(row);
                    next.put(axis.getKey(), value);
                    longer.add(next);
                }
            }
            rows = longer;
        }
        return rows;
    }
}
