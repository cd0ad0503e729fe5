package dev.runner.cli;

import dev.runner.build.BuildResult;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.recall.Recall;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers a {@code runner build} where nothing has changed since the same call before, but the names it gives. */
final class UnchangedBuild {
    private static final String PROGRESS = "progress=";
    private static final String QUIET = "quiet";
    private static final String MIRROR = "mirror=";
    private static final String REWRITE = "rewrite=";
    private static final String AUTHORITY = "authority=";
    private static final String INSECURE = "insecure=";

    private UnchangedBuild() {}

    /** The exit code; null when there has to be a build. */
    static @Nullable Integer answer(
            List<String> arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        BuildCall call = BuildCall.of(arguments);
        if (call == null) {
            return null;
        }
        try {
            Recall recall = new Recall(Locations.of(environment).cache());
            Memo memo = recall.find(call.key(environment));
            return memo == null ? null : answer(memo, recall, call, environment, out, err);
        } catch (InterruptedException e) {
            err.println("cancelled");
            return ExitCode.CANCELLED;
        } catch (IOException | IllegalArgumentException | UsageException e) {
            return null; // Whatever it is, the build says it.
        }
    }

    private static @Nullable Integer answer(
            Memo memo, Recall recall, BuildCall call, Map<String, String> environment, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        List<Reference> names = call.names().stream()
                .map(name -> Reference.parse(name).withDefaultTag())
                .distinct()
                .toList();
        boolean quiet = memo.note().contains(QUIET);
        try (BuildProgress progress = BuildProgress.of(first(memo, PROGRESS), quiet, err, environment);
                Toolbox toolbox = new Toolbox(environment, registryOptions(memo))) {
            BuildResult result = recall.answer(memo, names, toolbox::registryClient, progress);
            if (result == null) {
                return null;
            }
            progress.close();
            progress.finished(result);
            out.println(result.image().digest());
            if (!quiet && !memo.outcome().pushed()) {
                BuildCommand.sayItIsHere(call.names(), err);
            }
            return ExitCode.PASSED;
        }
    }

    /** What a later call of the same words is told. */
    static List<String> note(BuildFlags flags, RegistryOptions registry) {
        List<String> note = new ArrayList<>();
        note.add(PROGRESS + flags.progress);
        if (flags.quiet) {
            note.add(QUIET);
        }
        registry.mirrors.forEach(value -> note.add(MIRROR + value));
        registry.rewrites.forEach(value -> note.add(REWRITE + value));
        registry.authorities.forEach(value -> note.add(AUTHORITY + value));
        registry.insecure.forEach(value -> note.add(INSECURE + value));
        return note;
    }

    private static RegistryOptions registryOptions(Memo memo) {
        RegistryOptions options = new RegistryOptions();
        options.mirrors = all(memo, MIRROR);
        options.rewrites = all(memo, REWRITE);
        options.authorities = all(memo, AUTHORITY);
        options.insecure = all(memo, INSECURE);
        return options;
    }

    private static String first(Memo memo, String kind) {
        List<String> values = all(memo, kind);
        return values.isEmpty() ? "auto" : values.getFirst();
    }

    private static List<String> all(Memo memo, String kind) {
        return memo.note().stream()
                .filter(line -> line.startsWith(kind))
                .map(line -> line.substring(kind.length()))
                .toList();
    }
}
