package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoTemplate;
import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.cli.gotemplate.TemplateException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows as {@code --format} wants them: {@code table}, {@code table TEMPLATE}, {@code json} or a template for each row.
 *
 * @see <a href="https://docs.docker.com/engine/cli/formatting/">Docker, format command and log output</a>
 */
final class Listing {
    private static final int NARROWEST = 10;
    private static final int GAP = 3;

    private final Map<String, String> headings;
    private final List<Struct> rows;

    /** @param headings what a table writes over each field */
    Listing(Map<String, String> headings, List<Struct> rows) {
        this.headings = headings;
        this.rows = List.copyOf(rows);
    }

    /**
     * Prints them.
     *
     * @param format as given; null or {@code table} for the default
     * @param columns the template of the default table
     */
    void print(@Nullable String format, String columns, PrintWriter out) {
        String wanted = format == null || format.isEmpty() || format.equals("table") ? "table " + columns : format;
        if (wanted.equals("json")) {
            rows.forEach(row -> out.println(GoText.json(row.members(), "")));
        } else if (wanted.startsWith("table ")) {
            table(wanted.substring("table ".length()), out);
        } else {
            GoTemplate template = template(escaped(wanted));
            rows.forEach(row -> out.println(apply(template, row)));
        }
        out.flush();
    }

    private void table(String columns, PrintWriter out) {
        GoTemplate template = template(escaped(columns));
        List<String> lines = new ArrayList<>();
        Struct head = Struct.of("map[string]string");
        headings.forEach(head::with);
        lines.add(apply(template, head));
        rows.forEach(row -> lines.add(apply(template, row)));
        aligned(lines, NARROWEST, GAP).forEach(out::println);
    }

    /** Lines whose cells, which tabs end, stand below those of the lines next to them, as Go's tabwriter aligns them. */
    static List<String> aligned(List<String> lines, int narrowest, int gap) {
        List<String[]> rows = lines.stream().map(line -> line.split("\t", -1)).toList();
        List<String> all = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            String[] cells = rows.get(row);
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < cells.length - 1; column++) {
                int width = Math.max(narrowest, widest(rows, row, column) + gap);
                text.append(cells[column]).append(" ".repeat(width - cells[column].length()));
            }
            all.add(text.append(cells[cells.length - 1]).toString());
        }
        return all;
    }

    /** The widest cell of a column among the neighbours that have it. */
    private static int widest(List<String[]> rows, int row, int column) {
        int first = row;
        while (first > 0 && rows.get(first - 1).length - 1 > column) {
            first--;
        }
        int widest = 0;
        for (int at = first; at < rows.size() && rows.get(at).length - 1 > column; at++) {
            widest = Math.max(widest, rows.get(at)[column].length());
        }
        return widest;
    }

    private static String escaped(String format) {
        return format.replace("\\t", "\t").replace("\\n", "\n");
    }

    /** @throws DockerFailure with Docker's words for a template that is none */
    static GoTemplate template(String source) {
        try {
            return GoTemplate.parse(source);
        } catch (TemplateException e) {
            throw new DockerFailure("template parsing error: " + e.getMessage(), 64);
        }
    }

    static String apply(GoTemplate template, @Nullable Object value) {
        try {
            return template.apply(value);
        } catch (TemplateException e) {
            throw DockerFailure.of(String.valueOf(e.getMessage()));
        }
    }
}
