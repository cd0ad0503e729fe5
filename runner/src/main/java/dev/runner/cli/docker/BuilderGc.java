package dev.runner.cli.docker;

import dev.runner.build.CacheFilter;
import dev.runner.build.GcPolicy;
import dev.runner.build.GcPolicy.Limits;
import dev.runner.build.GcPolicy.Space;
import dev.runner.dockerfile.GoValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a builder's settings say of garbage collection: {@code gc}, {@code gckeepstorage} (or {@code reservedSpace},
 * {@code maxUsedSpace}, {@code minFreeSpace}) and {@code [[worker.oci.gcpolicy]]} of {@code buildkitd.toml}, and the
 * daemon's flags of the same meaning, which come before the file.
 *
 * @param enabled null where nothing is said
 * @param limits of the usual rules; sizes in the program's own form, empty for none
 * @param rules instead of the usual rules; empty for those
 * @see <a href="https://github.com/moby/buildkit/blob/master/docs/buildkitd.toml.md">buildkitd.toml</a>
 */
record BuilderGc(@Nullable Boolean enabled, Amount limits, List<Rule> rules) {
    private static final List<String> WORKERS = List.of("oci", "containerd");

    BuilderGc {
        rules = List.copyOf(rules);
    }

    /** Sizes such as {@code 512MB} or {@code 20%}; empty for none. */
    record Amount(String reserved, String most, String free) {
        static final Amount NONE = new Amount("", "", "");

        boolean isNone() {
            return equals(NONE);
        }

        Limits limits() {
            return new Limits(space(reserved), space(most), space(free));
        }

        private static Space space(String text) {
            if (text.isEmpty()) {
                return Space.NONE;
            }
            if (text.endsWith("%")) {
                return Space.ofPercent(Integer.parseInt(text.substring(0, text.length() - 1)));
            }
            Long bytes = GoValues.parseBytes(text);
            return bytes == null ? Space.NONE : Space.ofBytes(bytes);
        }
    }

    /** One rule of {@code gcpolicy}. */
    record Rule(boolean all, List<String> filters, String keep, Amount amount) {
        Rule {
            filters = List.copyOf(filters);
        }
    }

    /** @throws DockerFailure when a value is none that Docker takes either */
    static BuilderGc of(BuilderSettings settings) {
        Boolean enabled = null;
        Amount amount = Amount.NONE;
        List<Rule> rules = new ArrayList<>();
        Map<String, Object> workers = Toml.table(Toml.parse(settings.config(), "buildkitd.toml"), "worker");
        for (String kind : WORKERS) {
            Map<String, Object> worker = Toml.table(workers, kind);
            if (worker.get("gc") instanceof Boolean said) {
                enabled = said;
            }
            Amount its = amount(worker);
            amount = its.isNone() ? amount : its;
            if (worker.get("gcpolicy") instanceof List<?> list) {
                for (Object one : list) {
                    rules.add(rule(Toml.table(one)));
                }
            }
        }
        List<String> flags = settings.flags();
        for (int at = 0; at < flags.size(); at++) {
            String flag = flags.get(at);
            String name = flag.replaceFirst("=.*", "").replaceFirst("^--(oci|containerd)-worker-", "");
            String value = flag.contains("=") ? flag.substring(flag.indexOf('=') + 1) : "";
            switch (name) {
                case "gc" -> enabled = !value.equals("false");
                case "gc-keepstorage" -> {
                    String given = value.isEmpty() && at + 1 < flags.size() ? flags.get(++at) : value;
                    amount = new Amount(size(given), "", "");
                }
                default -> {}
            }
        }
        return new BuilderGc(enabled, amount, rules);
    }

    private static Amount amount(Map<String, Object> table) {
        return new Amount(
                first(table, "reservedSpace", "gckeepstorage", "keepBytes"),
                first(table, "maxUsedSpace"),
                first(table, "minFreeSpace"));
    }

    private static String first(Map<String, Object> table, String... keys) {
        for (String key : keys) {
            for (Map.Entry<String, Object> entry : table.entrySet()) {
                if (entry.getKey().equalsIgnoreCase(key)) {
                    boolean bytes = key.equals("keepBytes") && entry.getValue() instanceof Long;
                    return bytes ? String.valueOf(entry.getValue()) : size(String.valueOf(entry.getValue()));
                }
            }
        }
        return "";
    }

    /** A bare number is of megabytes. */
    private static String size(String text) {
        String size = text.matches("\\d+") ? text + "000000" : text;
        if (!size.matches("\\d+%") && GoValues.parseBytes(size) == null) {
            throw DockerFailure.ofBuildx("invalid size: '" + text + "'");
        }
        return size;
    }

    private static Rule rule(Map<String, Object> table) {
        List<String> filters = new ArrayList<>();
        if (table.get("filters") instanceof List<?> list) {
            list.forEach(filter -> filters.add(String.valueOf(filter)));
        }
        Object keep = table.getOrDefault("keepDuration", "");
        String duration = keep instanceof Long seconds ? seconds + "s" : String.valueOf(keep);
        return new Rule(Boolean.TRUE.equals(table.get("all")), filters, duration, amount(table));
    }

    /** The rules that are applied. */
    GcPolicy policy() {
        if (rules.isEmpty()) {
            return GcPolicy.of(limits.isNone() ? GcPolicy.DEFAULT_LIMITS : limits.limits());
        }
        return new GcPolicy(rules.stream()
                .map(rule -> new GcPolicy.Rule(
                        CacheFilter.anyOf(
                                rule.filters().stream().map(CacheFilter::parse).toList()),
                        duration(rule.keep()),
                        rule.all(),
                        rule.amount().limits()))
                .toList());
    }

    static Duration duration(String text) {
        Duration duration = text.isEmpty() ? Duration.ZERO : GoValues.parseDuration(text);
        return duration == null ? Duration.ZERO : duration;
    }

    /** The same as the key {@code gc} of the program's configuration takes it, in one line; empty for nothing said. */
    String text() {
        List<String> members = new ArrayList<>();
        if (enabled != null) {
            members.add("enabled: " + enabled);
        }
        members.addAll(members(limits));
        List<String> all = new ArrayList<>();
        for (Rule rule : rules) {
            List<String> parts = new ArrayList<>(List.of("all: " + rule.all()));
            if (!rule.filters().isEmpty()) {
                parts.add("filters: ["
                        + String.join(
                                ", ",
                                rule.filters().stream()
                                        .map(filter -> "'" + filter.replace("'", "''") + "'")
                                        .toList())
                        + "]");
            }
            if (!rule.keep().isEmpty()) {
                parts.add("keep-duration: " + rule.keep());
            }
            parts.addAll(members(rule.amount()));
            all.add("{" + String.join(", ", parts) + "}");
        }
        if (!all.isEmpty()) {
            members.add("rules: [" + String.join(", ", all) + "]");
        }
        return members.isEmpty() ? "" : "{" + String.join(", ", members) + "}";
    }

    private static List<String> members(Amount amount) {
        List<String> members = new ArrayList<>();
        if (!amount.reserved().isEmpty()) {
            members.add("reserved-space: " + amount.reserved());
        }
        if (!amount.most().isEmpty()) {
            members.add("max-used-space: " + amount.most());
        }
        if (!amount.free().isEmpty()) {
            members.add("min-free-space: " + amount.free());
        }
        return members;
    }
}
