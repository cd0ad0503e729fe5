package dev.runner.cli;

import dev.runner.step.keep.CacheEntry;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** What jobs of workflows and pipelines keep under keys: {@code runner cache ls --jobs}, {@code runner cache rm}. */
final class JobCaches {
    private final List<CacheStore> stores;

    JobCaches(Locations locations) {
        stores = List.of(
                CacheStore.in(locations.jobCaches()),
                CacheStore.in(locations.cache().resolve("caches")));
    }

    void print(PrintWriter out) throws IOException {
        TextTable table = TextTable.of("KEY", "OF", "SIZE", "CREATED", "LAST USED");
        for (CacheStore store : stores) {
            for (CacheEntry one : store.list()) {
                table.row(
                        one.key(),
                        one.about().scope(),
                        InspectCommand.bytes(one.size()),
                        ArtifactsCommand.time(one.created()),
                        ArtifactsCommand.time(one.used()));
            }
        }
        table.print(out);
    }

    /** {@code runner cache rm}. */
    static final class Remove implements Flags.Declaring, Callable<Integer> {
        private final RunnerCommand parent;
        boolean all;
        List<String> keys = new ArrayList<>();

        Remove(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public void declare(Flags flags) {
            flags.command("rm", "Delete what jobs keep under a key (cache ls --jobs lists them).");
            flags.option("--all").says("All that jobs keep.").on(value -> all = value);
            flags.positional("0..*", "0..*")
                    .label("KEY")
                    .says("Which ones; a * at the end stands for anything.")
                    .values(String.class, values -> keys = values);
        }

        private boolean isMeant(CacheEntry entry) {
            return all
                    || keys.stream()
                            .anyMatch(key -> key.endsWith("*")
                                    ? entry.key().startsWith(key.substring(0, key.length() - 1))
                                    : entry.key().equals(key));
        }

        @Override
        public Integer call() throws IOException {
            if (all == !keys.isEmpty()) {
                throw new UsageException("say which: a KEY or --all");
            }
            boolean found = all;
            for (CacheStore store : new JobCaches(parent.locations()).stores) {
                for (CacheEntry one : store.list()) {
                    if (isMeant(one)) {
                        store.delete(one);
                        parent.out().println("deleted " + one.key());
                        found = true;
                    }
                }
                store.prune(CacheStore.Limits.DEFAULT, Instant.now());
            }
            parent.out().flush();
            if (!found) {
                throw new UsageException("no job keeps anything under " + String.join(", ", keys)
                        + ": runner cache ls --jobs lists what they keep");
            }
            return ExitCode.PASSED;
        }
    }
}
