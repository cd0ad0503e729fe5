package dev.runner.cli;

import dev.runner.step.keep.Artifact;
import dev.runner.step.keep.ArtifactStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code runner artifacts}: what runs of workflows and pipelines have handed on. */
final class ArtifactsCommand implements Flags.Declaring, Callable<Integer> {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    @Nullable
    CommandSpec spec;

    private ArtifactsCommand() {}

    static CommandLine of(RunnerCommand parent) {
        return Flags.of(new ArtifactsCommand())
                .addSubcommand(Flags.of(new ListAll(parent)))
                .addSubcommand(Flags.of(new Get(parent)))
                .addSubcommand(Flags.of(new Remove(parent)));
    }

    @Override
    public void declare(Flags flags) {
        flags.command("artifacts", "List, take and delete what runs have handed on.");
        spec = flags.spec();
    }

    @Override
    public Integer call() {
        CommandSpec known = Objects.requireNonNull(spec);
        throw new ParameterException(
                known.commandLine(),
                "say what to do: runner artifacts ls, runner artifacts get or runner artifacts rm");
    }

    static String time(@Nullable Instant time) {
        return time == null ? "never" : MINUTE.format(time);
    }

    /** The artifacts that a person means: those of an id, or all of a name. */
    private static List<Artifact> meant(ArtifactStore store, List<String> words) throws IOException {
        List<Artifact> all = store.all();
        List<Artifact> meant = new ArrayList<>();
        for (String word : words) {
            List<Artifact> found = all.stream()
                    .filter(one ->
                            String.valueOf(one.id()).equals(word) || one.name().equals(word))
                    .toList();
            if (found.isEmpty()) {
                throw new UsageException("there is no artifact '" + word + "': runner artifacts ls lists them");
            }
            meant.addAll(found);
        }
        return meant;
    }

    /** {@code runner artifacts ls}. */
    static final class ListAll implements Flags.Declaring, Callable<Integer> {
        private final RunnerCommand parent;

        @Nullable
        String run;

        ListAll(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public void declare(Flags flags) {
            flags.command("ls", "List artifacts, the newest last.");
            flags.option("--run").label("ID").says("Only those of this run.").value(String.class, value -> run = value);
        }

        @Override
        public Integer call() throws IOException {
            ArtifactStore store = ArtifactStore.in(parent.locations().artifacts());
            TextTable table = TextTable.of("ID", "NAME", "RUN", "FILES", "SIZE", "CREATED", "EXPIRES");
            for (Artifact one : run == null ? store.all() : store.list(run)) {
                table.row(
                        String.valueOf(one.id()),
                        one.name(),
                        one.about().run(),
                        String.valueOf(one.content().files()),
                        InspectCommand.bytes(one.content().size()),
                        time(one.created()),
                        time(one.expires()));
            }
            table.print(parent.out());
            return ExitCode.PASSED;
        }
    }

    /** {@code runner artifacts get}. */
    static final class Get implements Flags.Declaring, Callable<Integer> {
        private final RunnerCommand parent;
        Path into = Path.of("");
        List<String> words = new ArrayList<>();

        Get(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public void declare(Flags flags) {
            flags.command("get", "Put an artifact's files into a folder; of several of one name the newest.");
            flags.option("--into")
                    .label("DIR")
                    .says("Where to (default: here).")
                    .value(Path.class, value -> into = value);
            flags.positional("0..*", "1..*")
                    .label("ID|NAME")
                    .says("Which ones.")
                    .values(String.class, values -> words = values);
        }

        @Override
        public Integer call() throws IOException {
            ArtifactStore store = ArtifactStore.in(parent.locations().artifacts());
            for (String word : words) {
                store.extract(meant(store, List.of(word)).getLast(), into);
            }
            return ExitCode.PASSED;
        }
    }

    /** {@code runner artifacts rm}. */
    static final class Remove implements Flags.Declaring, Callable<Integer> {
        private final RunnerCommand parent;
        boolean all;
        List<String> words = new ArrayList<>();

        Remove(RunnerCommand parent) {
            this.parent = parent;
        }

        @Override
        public void declare(Flags flags) {
            flags.command("rm", "Delete artifacts.");
            flags.option("--all").says("All of them.").on(value -> all = value);
            flags.positional("0..*", "0..*")
                    .label("ID|NAME")
                    .says("Which ones; a name means those of all runs.")
                    .values(String.class, values -> words = values);
        }

        @Override
        public Integer call() throws IOException {
            if (all == !words.isEmpty()) {
                throw new UsageException("say which: an ID, a NAME or --all");
            }
            ArtifactStore store = ArtifactStore.in(parent.locations().artifacts());
            for (Artifact one : all ? store.all() : meant(store, words)) {
                store.delete(one);
                parent.out().println("deleted " + one.id() + " " + one.name());
            }
            store.prune(Instant.now());
            parent.out().flush();
            return ExitCode.PASSED;
        }
    }
}
