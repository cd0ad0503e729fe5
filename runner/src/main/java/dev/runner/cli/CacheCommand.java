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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code runner cache}: what builds keep on this machine, with the flags of {@code docker buildx du} and {@code prune}. */
final class CacheCommand implements Flags.Declaring, Callable<Integer> {
    @Nullable
    CommandSpec spec;

    @Override
    public void declare(Flags flags) {
        flags.command("cache", "Show and prune what builds keep on this machine.");
        spec = flags.spec();
    }

    private CacheCommand() {}

    static CommandLine of(RunnerCommand parent) {
        return Flags.of(new CacheCommand())
                .addSubcommand(Flags.of(new ListItems(parent)))
                .addSubcommand(Flags.of(new DiskUsage(parent)))
                .addSubcommand(Flags.of(new Prune(parent)))
                .addSubcommand(Flags.of(new JobCaches.Remove(parent)))
                .addSubcommand(Flags.of(new Collect(parent)));
    }

    @Override
    public Integer call() {
        CommandSpec known = java.util.Objects.requireNonNull(spec);
        throw new ParameterException(
                known.commandLine(),
                "say what to do: runner cache ls, runner cache du, runner cache rm or runner cache prune");
    }

    /** {@code --filter}, which all of them take. */
    static final class Filters implements Flags.Declaring {
        List<String> filters = new ArrayList<>();

        @Override
        public void declare(Flags flags) {
            flags.option("--filter")
                    .label("FILTER")
                    .says("until=24h | id=… | type=exec.cachemount | shared | inuse | description~=REGEX | …")
                    .values(String.class, values -> filters = values);
        }

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
    static class Shown implements Flags.Declaring {
        final RunnerCommand parent;

        RegistryOptions registry = new RegistryOptions();
        Filters filters = new Filters();
        String format = "table";
        boolean verbose;

        @Override
        public void declare(Flags flags) {
            registry.declare(flags);
            filters.declare(flags);
            flags.option("--format")
                    .label("FORMAT")
                    .says("table, json, or a template such as '{{.ID}} {{.Size}}'.")
                    .value(String.class, value -> format = value);
            flags.option("--verbose").says("Everything about each item.").on(value -> verbose = value);
        }

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
    static final class ListItems extends Shown implements Callable<Integer> {
        boolean jobs;

        ListItems(RunnerCommand parent) {
            super(parent);
        }

        @Override
        public void declare(Flags flags) {
            super.declare(flags);
            flags.command("ls", "List what the build cache holds, most recently used first.");
            flags.option("--jobs")
                    .says("What jobs keep under keys, in place of it.")
                    .on(value -> jobs = value);
        }

        @Override
        public Integer call() throws IOException {
            if (jobs) {
                new JobCaches(parent.locations()).print(parent.out());
                return ExitCode.PASSED;
            }
            CacheTable table = table(true);
            try (Toolbox toolbox = parent.toolbox(registry)) {
                table.print(items(toolbox));
            }
            return ExitCode.PASSED;
        }
    }

    /** {@code runner cache du}. */
    static final class DiskUsage extends Shown implements Callable<Integer> {
        DiskUsage(RunnerCommand parent) {
            super(parent);
        }

        @Override
        public void declare(Flags flags) {
            super.declare(flags);
            flags.command("du", "Disk usage of the build cache, as docker buildx du.");
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
    static final class Prune extends Shown implements Callable<Integer> {
        boolean all;
        boolean force;

        @Nullable
        String reserved;

        @Nullable
        String most;

        @Nullable
        String free;

        @Nullable
        String keep;

        @Override
        public void declare(Flags flags) {
            super.declare(flags);
            flags.command("prune", "Remove what no build uses, as docker buildx prune. Safe while builds run.");
            flags.option("-a", "--all")
                    .says("Also cache keys, documents, and the layers of named images.")
                    .on(value -> all = value);
            flags.option("-f", "--force").says("Do not ask.").on(value -> force = value);
            flags.option("--reserved-space", "--keep-storage")
                    .label("SIZE")
                    .says("So much may always stay.")
                    .value(String.class, value -> reserved = value);
            flags.option("--max-used-space")
                    .label("SIZE")
                    .says("At most so much stays.")
                    .value(String.class, value -> most = value);
            flags.option("--min-free-space")
                    .label("SIZE")
                    .says("So much of the disk is to be free.")
                    .value(String.class, value -> free = value);
            flags.option("--keep-duration", "--keep-since")
                    .label("DURATION")
                    .says("Keep what was used that recently, as --filter until=… does.")
                    .value(String.class, value -> keep = value);
        }

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
    static final class Collect implements Flags.Declaring, Callable<Integer> {
        private final RunnerCommand parent;

        RegistryOptions registry = new RegistryOptions();

        @Nullable
        String policy;

        @Override
        public void declare(Flags flags) {
            flags.command("gc", "Apply the policy of the config file now; builds do so by themselves when it is time.");
            registry.declare(flags);
            flags.option("--policy")
                    .label("POLICY")
                    .says("What the file could have under gc, as '{reserved-space: 20GB}', in its place.")
                    .value(String.class, value -> policy = value);
        }

        Collect(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public Integer call() throws IOException {
            GcConfig config = policy == null ? GcConfig.read(parent.locations().configFile()) : GcConfig.parse(policy);
            try (Toolbox toolbox = parent.toolbox(registry)) {
                BuildCache cache = toolbox.builder().cache();
                CacheTable.of(parent.out(), "table", false, false).total(cache.collect(config.policy()));
            }
            return ExitCode.PASSED;
        }
    }
}
