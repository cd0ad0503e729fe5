package dev.runner.cli.docker;

import dev.runner.build.CacheFilter;
import dev.runner.build.CacheItem;
import dev.runner.build.GcPolicy;
import dev.runner.cli.gotemplate.Struct;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code docker system df} and {@code system prune}. */
final class DiskCommands {
    private DiskCommands() {}

    static Command usage() {
        return Command.of("system df", "[OPTIONS]", "Show docker disk usage", DiskCommands::usage)
                .words(0)
                .value("format", "string", "Format output using a custom template: table, json or a Go template")
                .flag('v', "verbose", "Show detailed information on space usage");
    }

    private static int usage(Call call) throws IOException {
        List<String> used = ContainerImages.used(call);
        Set<String> ids = new LinkedHashSet<>();
        long bytes = 0;
        long idle = 0;
        int active = 0;
        for (ImageList.Row row : ImageList.rows(call.around().localImages())) {
            if (!ids.add(row.id().toString())) {
                continue;
            }
            boolean isUsed = used.contains(row.root().digest().toString());
            active += isUsed ? 1 : 0;
            bytes += row.details().bytes();
            idle += isUsed ? 0 : row.details().bytes();
        }
        List<CacheItem> cache = call.around().cache().list();
        long cached = cache.stream().mapToLong(CacheItem::bytes).sum();
        long free = cache.stream()
                .filter(item -> !item.use().now())
                .mapToLong(CacheItem::bytes)
                .sum();
        long busy = cache.stream().filter(item -> item.use().now()).count();
        List<Struct> rows = List.of(
                row("Images", ids.size(), active, bytes, idle),
                row("Containers", ContainerImages.count(call, false), ContainerImages.count(call, true), 0, 0),
                row("Local Volumes", VolumeCommands.names(call).size(), 0, 0, 0),
                row("Build Cache", cache.size(), (int) busy, cached, free));
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("Type", "TYPE");
        headings.put("TotalCount", "TOTAL");
        headings.put("Active", "ACTIVE");
        headings.put("Size", "SIZE");
        headings.put("Reclaimable", "RECLAIMABLE");
        new Listing(headings, rows)
                .print(
                        call.text("format"),
                        "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
                        call.around().out());
        return 0;
    }

    private static Struct row(String type, int total, int active, long bytes, long free) {
        String share = bytes == 0 ? "" : " (" + free * 100 / bytes + "%)";
        return Struct.of("*formatter.diskUsageContext")
                .with("Active", String.valueOf(active))
                .with("Reclaimable", Amounts.size(free) + share)
                .with("Size", Amounts.size(bytes))
                .with("TotalCount", String.valueOf(total))
                .with("Type", type);
    }

    static Command prune() {
        return Command.of("system prune", "[OPTIONS]", "Remove unused data", DiskCommands::prune)
                .words(0)
                .flag('a', "all", "Remove all unused images not just dangling ones")
                .value("filter", "filter", "Provide filter values (e.g. \"label=<key>=<value>\")")
                .flag('f', "force", "Do not prompt for confirmation")
                .flag("volumes", "Prune anonymous volumes");
    }

    private static int prune(Call call) throws IOException, InterruptedException {
        boolean all = call.on("all");
        String question = "WARNING! This will remove:\n  - all stopped containers\n"
                + (call.on("volumes") ? "  - all anonymous volumes not used by at least one container\n" : "")
                + (all
                        ? "  - all images without at least one container associated to them\n"
                        : "  - all dangling images\n")
                + (all ? "  - all build cache\n\n" : "  - unused build cache\n\n")
                + "Are you sure you want to continue? [y/N] ";
        if (!call.on("force") && !Confirmation.of(call, question)) {
            return 0;
        }
        ContainerImages.prune(call);
        List<String> gone = new ArrayList<>();
        long bytes = ImageStoreCommands.prune(call, all, call.all("filter"), gone);
        if (!gone.isEmpty()) {
            call.say("Deleted Images:");
            gone.forEach(call::say);
            call.say("");
        }
        List<CacheItem> cache = call.around()
                .cache()
                .prune(new GcPolicy.Rule(CacheFilter.all(), Duration.ZERO, all, GcPolicy.Limits.NONE));
        if (!cache.isEmpty()) {
            call.say("Deleted build cache objects:");
            cache.forEach(item -> call.say(item.id()));
            call.say("");
        }
        long freed = bytes + cache.stream().mapToLong(CacheItem::bytes).sum();
        call.say("Total reclaimed space: " + Amounts.size(freed));
        return 0;
    }
}
