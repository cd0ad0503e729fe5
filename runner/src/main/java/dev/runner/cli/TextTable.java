package dev.runner.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Lines of columns, each as wide as its widest text. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    private TextTable() {}

    static TextTable of(String... headings) {
        TextTable table = new TextTable();
        table.row(headings);
        return table;
    }

    void row(String... texts) {
        rows.add(List.of(texts));
    }

    void print(PrintWriter out) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                String text = row.get(column);
                line.append(text).append(" ".repeat(width - text.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }
}
