package dev.runner.step.action.input;

import java.util.ArrayList;
import java.util.List;

/** The inputs of Docker's actions that hold several entries, one a line. */
public final class ListInput {
    private ListInput() {}

    /** Entries that lines or commas part. */
    public static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (List<String> record : Csv.records(text.strip(), false)) {
            for (String field : record) {
                // A lone quoted field is parted, too: what the published actions do, and some have come to need.
                words.addAll(record.size() == 1 ? List.of(field.split(",", -1)) : List.of(field));
            }
        }
        return cleaned(words);
    }

    /** Entries that lines part; commas belong to them, quotes around fields do not. */
    public static List<String> lines(String text) {
        return joined(Csv.records(text.strip(), false));
    }

    /** The same, without lines that begin with {@code #}. */
    public static List<String> uncommented(String text) {
        return joined(Csv.records(text.strip(), true));
    }

    private static List<String> joined(List<List<String>> records) {
        return cleaned(records.stream().map(record -> String.join(",", record)).toList());
    }

    /** Lines as they are, quotes and all. */
    public static List<String> plain(String text) {
        return cleaned(text.strip().lines().toList());
    }

    private static List<String> cleaned(List<String> entries) {
        return entries.stream()
                .filter(entry -> !entry.isEmpty())
                .map(String::strip)
                .toList();
    }
}
