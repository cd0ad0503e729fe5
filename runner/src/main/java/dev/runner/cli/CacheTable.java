package dev.runner.cli;

import dev.runner.build.CacheItem;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Shows items of the cache, in the layouts of {@code docker buildx du}. */
final class CacheTable {
    private static final Pattern FIELD = Pattern.compile("\\{\\{\\s*(json\\s+)?\\.([A-Za-z]*)\\s*}}");
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int SHORT_ID = 25;

    private final PrintWriter out;
    private final Style style;
    private final String template;
    private final boolean descriptions;

    private enum Style {
        TABLE,
        VERBOSE,
        JSON,
        TEMPLATE
    }

    private CacheTable(PrintWriter out, Style style, String template, boolean descriptions) {
        this.out = out;
        this.style = style;
        this.template = template;
        this.descriptions = descriptions;
    }

    static CacheTable of(PrintWriter out, String format, boolean verbose, boolean descriptions) {
        Style style = switch (format) {
            case "table" -> verbose ? Style.VERBOSE : Style.TABLE;
            case "json" -> Style.JSON;
            default -> Style.TEMPLATE;
        };
        if (style == Style.TEMPLATE && !FIELD.matcher(format).find()) {
            throw new UsageException(
                    "--format is table, json or a template such as '{{.ID}} {{.Size}}', not '" + format + "'");
        }
        CacheTable table = new CacheTable(out, style, format, descriptions);
        if (style == Style.TEMPLATE) {
            table.checkFields();
        }
        return table;
    }

    private void checkFields() {
        Map<String, String> known = fields(new CacheItem(
                "", CacheItem.Type.REGULAR, 0, Instant.EPOCH, new CacheItem.Use(Instant.EPOCH, 0, false, false), ""));
        Matcher fields = FIELD.matcher(template);
        while (fields.find()) {
            String name = fields.group(2);
            if (!name.isEmpty() && !known.containsKey(name)) {
                throw new UsageException(
                        "--format: there is no field ." + name + "; fields: ." + String.join(", .", known.keySet()));
            }
        }
    }

    void print(List<CacheItem> items) {
        if (style == Style.TABLE && !items.isEmpty()) {
            String head = String.format(Locale.ROOT, "%-25s %-17s %-11s %-10s ", "ID", "TYPE", "RECLAIMABLE", "SIZE");
            out.println(head + (descriptions ? "USES LAST USED      DESCRIPTION" : "LAST ACCESSED"));
        }
        for (CacheItem item : items) {
            switch (style) {
                case TABLE -> row(item);
                case VERBOSE -> paragraph(item);
                case JSON -> out.println(json(item));
                case TEMPLATE -> out.println(filled(item));
            }
        }
        out.flush();
    }

    private void row(CacheItem item) {
        String id = item.id().length() > SHORT_ID - 1 ? item.id().substring(0, SHORT_ID - 1) : item.id();
        String size = InspectCommand.bytes(item.bytes()) + (item.use().shared() ? "*" : "");
        String text = String.format(
                Locale.ROOT,
                "%-25s %-17s %-11s %-10s ",
                id + (item.mutable() ? "*" : ""),
                item.type(),
                !item.use().now(),
                size);
        String used = ago(item.use().last());
        out.println(text
                + (descriptions
                        ? String.format(Locale.ROOT, "%4d %-14s %s", item.use().runs(), used, item.description())
                        : used));
    }

    private void paragraph(CacheItem item) {
        fields(item).forEach((name, value) -> {
            if (!value.isEmpty()) {
                out.println(String.format(Locale.ROOT, "%-13s %s", name + ":", value));
            }
        });
        out.println();
    }

    private static Map<String, String> fields(CacheItem item) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("ID", item.id());
        fields.put("CreatedAt", item.created().toString());
        fields.put("Mutable", Boolean.toString(item.mutable()));
        fields.put("Reclaimable", Boolean.toString(!item.use().now()));
        fields.put("InUse", Boolean.toString(item.use().now()));
        fields.put("Shared", Boolean.toString(item.use().shared()));
        fields.put("Size", InspectCommand.bytes(item.bytes()));
        fields.put("Description", item.description());
        fields.put("UsageCount", Integer.toString(item.use().runs()));
        fields.put("LastUsedAt", ago(item.use().last()));
        fields.put("Type", item.type().toString());
        return fields;
    }

    private static ObjectNode json(CacheItem item) {
        return MAPPER.createObjectNode()
                .put("ID", item.id())
                .put("CreatedAt", item.created().toString())
                .put("Mutable", item.mutable())
                .put("Reclaimable", !item.use().now())
                .put("InUse", item.use().now())
                .put("Shared", item.use().shared())
                .put("Size", item.bytes())
                .put("Description", item.description())
                .put("UsageCount", item.use().runs())
                .put("LastUsedAt", item.use().last().toString())
                .put("Type", item.type().toString());
    }

    private String filled(CacheItem item) {
        Map<String, String> fields = fields(item);
        ObjectNode json = json(item);
        return FIELD.matcher(template)
                .replaceAll(field -> Matcher.quoteReplacement(
                        field.group(1) == null
                                ? fields.getOrDefault(field.group(2), "")
                                : MAPPER.writeValueAsString(
                                        field.group(2).isEmpty() ? json : json.get(field.group(2)))));
    }

    /** The end of {@code du}: shared, private, reclaimable and total. */
    void summary(List<CacheItem> items) {
        if (style == Style.JSON || style == Style.TEMPLATE) {
            return;
        }
        long total = items.stream().mapToLong(CacheItem::bytes).sum();
        long shared = items.stream()
                .filter(item -> item.use().shared())
                .mapToLong(CacheItem::bytes)
                .sum();
        long free = items.stream()
                .filter(item -> !item.use().now())
                .mapToLong(CacheItem::bytes)
                .sum();
        if (shared > 0) {
            out.println("Shared:      " + InspectCommand.bytes(shared));
            out.println("Private:     " + InspectCommand.bytes(total - shared));
        }
        out.println("Reclaimable: " + InspectCommand.bytes(free));
        out.println("Total:       " + InspectCommand.bytes(total));
        out.flush();
    }

    /** The end of {@code prune}. */
    void total(List<CacheItem> gone) {
        if (style == Style.TABLE || style == Style.VERBOSE) {
            out.println("Total:\t"
                    + InspectCommand.bytes(
                            gone.stream().mapToLong(CacheItem::bytes).sum()));
        }
        out.flush();
    }

    private static String ago(Instant time) {
        Duration age = Duration.between(time, Instant.now());
        if (age.compareTo(Duration.ofMinutes(2)) < 0) {
            return Math.max(0, age.toSeconds()) + " seconds ago";
        }
        if (age.compareTo(Duration.ofHours(2)) < 0) {
            return age.toMinutes() + " minutes ago";
        }
        return age.compareTo(Duration.ofDays(2)) < 0 ? age.toHours() + " hours ago" : age.toDays() + " days ago";
    }
}
