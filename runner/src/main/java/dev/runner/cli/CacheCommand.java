package dev.runner.cli;

import dev.runner.build.BuildCache;
import dev.runner.build.CacheFilter;
import dev.runner.build.CacheItem;
import dev.runner.build.GcPolicy;
import dev.runner.build.GcPolicy.Limits;
import dev.runner.build.GcPolicy.Space;
import dev.runner.dockerfile.GoValues;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code runner cache}: what builds keep on this machine, with the flags of {@code docker buildx du} and {@code prune}. */
@Command(name = "cache", description = "Show and prune what builds keep on this machine.")
final class CacheCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    private CacheCommand() {}

    static CommandLine of(RunnerCommand parent) {
        return new CommandLine(new CacheCommand())
                .addSubcommand(new ListItems(parent))
                .addSubcommand(new DiskUsage(parent))
                .addSubcommand(new Prune(parent))
                .addSubcommand(new Collect(parent));
    }

    @Override
    public Integer call() {
        CommandSpec known = java.util.Objects.requireNonNull(spec);
        throw new ParameterException(
                known.commandLine(), "say what to do: runner cache ls, runner cache du or runner cache prune");
    }

    /** {@code --filter}, which all of them take. */
    static final class Filters {
        @Option(
                names = "--filter",
                paramLabel = "FILTER",
                description = "until=24h | id=… | type=exec.cachemount | shared | inuse | description~=REGEX | …")
        List<String> filters = new ArrayList<>();

        /** What was used that recently is not meant; zero for no difference. */
        Duration until() {
            List<String> values = filters.stream()
                    .filter(filter -> filter.startsWith("until=") || filter.startsWith("unused-for="))
                    .map(filter -> filter.substring(filter.indexOf('=') + 1))
                    .toList();
            if (values.size() > 1) {
                throw new UsageException("--filter takes one until");
            }
            return values.isEmpty() ? Duration.ZERO : duration("--filter until", values.getFirst());
        }

        CacheFilter filter() {
            try {
                return CacheFilter.allOf(filters.stream()
                        .filter(filter -> !filter.startsWith("until=") && !filter.startsWith("unused-for="))
                        .map(CacheFilter::parse)
                        .toList());
            } catch (IllegalArgumentException e) {
                throw new UsageException("--filter: " + e.getMessage());
            }
        }
    }

    static Duration duration(String flag, String text) {
        Duration duration = GoValues.parseDuration(text);
        if (duration == null || duration.isNegative()) {
            throw new UsageException(flag + " is a duration such as 24h or 1h30m, not '" + text + "'");
        }
        return duration;
    }

    /** How items are shown. */
    static class Shown {
        final RunnerCommand parent;

        @Mixin
        RegistryOptions registry = new RegistryOptions();

        @Mixin
        Filters filters = new Filters();

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "table",
                description = "table, json, or a template such as '{{.ID}} {{.Size}}'.")
        String format = "table";

        @Option(names = "--verbose", description = "Everything about each item.")
        boolean verbose;

        Shown(RunnerCommand parent) {
            this.parent = parent;
        }

        List<CacheItem> items(Toolbox toolbox) {
            CacheFilter filter = filters.filter();
            Duration until = filters.until();
            java.time.Instant latest = java.time.Instant.now().minus(until);
            return toolbox.builder().cache().list().stream()
                    .filter(filter::matches)
                    .filter(item -> until.isZero() || item.use().last().isBefore(latest))
                    .toList();
        }

        CacheTable table(boolean descriptions) {
            return CacheTable.of(parent.out(), format, verbose, descriptions);
        }
    }

    /** {@code runner cache ls}. */
    @Command(
            name = "ls",
            description = "List what the build cache holds, most recently used first.",
            sortOptions = false)
    static final class ListItems extends Shown implements Callable<Integer> {
        ListItems(RunnerCommand parent) {
            super(parent);
        }

        @Override
        public Integer call() throws IOException {
            CacheTable table = table(true);
            try (Toolbox toolbox = parent.toolbox(registry)) {
                table.print(items(toolbox));
            }
            return ExitCode.PASSED;
        }
    }

    /** {@code runner cache du}. */
    @Command(name = "du", description = "Disk usage of the build cache, as docker buildx du.", sortOptions = false)
    static final class DiskUsage extends Shown implements Callable<Integer> {
        DiskUsage(RunnerCommand parent) {
            super(parent);
        }

        @Override
        public Integer call() throws IOException {
            CacheTable table = table(false);
            try (Toolbox toolbox = parent.toolbox(registry)) {
                List<CacheItem> items = items(toolbox);
                table.print(items);
                table.summary(items);
            }
            return ExitCode.PASSED;
        }
    }

    /** {@code runner cache prune}. */
    @Command(
            name = "prune",
            description = "Remove what no build uses, as docker buildx prune. Safe while builds run.",
            sortOptions = false)
    static final class Prune extends Shown implements Callable<Integer> {
        @Option(
                names = {"-a", "--all"},
                description = "Also cache keys, documents, and the layers of named images.")
        boolean all;

        @Option(
                names = {"-f", "--force"},
                description = "Do not ask.")
        boolean force;

        @Option(
                names = {"--reserved-space", "--keep-storage"},
                paramLabel = "SIZE",
                description = "So much may always stay.")
        @Nullable
        String reserved;

        @Option(names = "--max-used-space", paramLabel = "SIZE", description = "At most so much stays.")
        @Nullable
        String most;

        @Option(names = "--min-free-space", paramLabel = "SIZE", description = "So much of the disk is to be free.")
        @Nullable
        String free;

        @Option(
                names = {"--keep-duration", "--keep-since"},
                paramLabel = "DURATION",
                description = "Keep what was used that recently, as --filter until=… does.")
        @Nullable
        String keep;

        Prune(RunnerCommand parent) {
            super(parent);
        }

        @Override
        public Integer call() throws IOException {
            GcPolicy.Rule rule = rule();
            CacheTable table = table(false);
            if (!force && !agreed()) {
                return ExitCode.PASSED;
            }
            try (Toolbox toolbox = parent.toolbox(registry)) {
                List<CacheItem> gone = toolbox.builder().cache().prune(rule);
                table.print(gone);
                table.total(gone);
            }
            return ExitCode.PASSED;
        }

        private GcPolicy.Rule rule() {
            Duration until = filters.until();
            if (keep != null && !until.isZero()) {
                throw new UsageException("--keep-duration and --filter until=… say the same: give one");
            }
            Duration recent = keep == null ? until : duration("--keep-duration", keep);
            Limits limits = new Limits(
                    space("--reserved-space", reserved),
                    space("--max-used-space", most),
                    space("--min-free-space", free));
            return new GcPolicy.Rule(filters.filter(), recent, all, limits);
        }

        private boolean agreed() throws IOException {
            PrintWriter out = parent.out();
            out.print("This removes "
                    + (all ? "all of the build cache" : "what no named image needs of the build cache")
                    + ". Go on? [y/N] ");
            out.flush();
            BufferedReader in = new BufferedReader(new InputStreamReader(parent.in(), StandardCharsets.UTF_8));
            String answer = in.readLine();
            boolean yes = answer != null
                    && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
            if (!yes) {
                out.println((answer == null ? "\n" : "") + "Nothing was removed; --force does not ask.");
                out.flush();
            }
            return yes;
        }
    }

    static Space space(String flag, @Nullable String text) {
        if (text == null) {
            return Space.NONE;
        }
        try {
            if (text.endsWith("%")) {
                return Space.ofPercent(Integer.parseInt(text.substring(0, text.length() - 1)));
            }
            Long bytes = GoValues.parseBytes(text);
            if (bytes != null) {
                return Space.ofBytes(bytes);
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new UsageException(flag + " is a size such as 512MB or 20%, not '" + text + "'");
    }

    /** {@code runner cache gc}: what runs after builds by itself. */
    @Command(
            name = "gc",
            description = "Apply the policy of the config file now; builds do so by themselves when it is time.",
            sortOptions = false)
    static final class Collect implements Callable<Integer> {
        private final RunnerCommand parent;

        @Mixin
        RegistryOptions registry = new RegistryOptions();

        Collect(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public Integer call() throws IOException {
            GcPolicy policy = GcConfig.read(parent.locations().configFile()).policy();
            try (Toolbox toolbox = parent.toolbox(registry)) {
                BuildCache cache = toolbox.builder().cache();
                CacheTable.of(parent.out(), "table", false, false).total(cache.collect(policy));
            }
            return ExitCode.PASSED;
        }
    }
}
