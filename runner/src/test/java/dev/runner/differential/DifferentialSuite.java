package dev.runner.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Builds cases with both builders and compares what came out.
 *
 * <p>As a command: {@code DifferentialSuite [--reference-only] PROJECT [CASE…]}; writes
 * {@code runner/target/differential.md} and exits with 1 if a difference is not accepted, 3 without a Docker Engine.
 */
public final class DifferentialSuite {
    /** The machines that run this have two cores, and the builds wait on each other's daemon much of the time. */
    private static final int AT_ONCE = 2;

    private final Peers peers;
    private final Path work;
    private final ReferenceRecord kept;
    private final boolean referenceOnly;

    DifferentialSuite(Peers peers, Path work, ReferenceRecord kept, boolean referenceOnly) {
        this.peers = peers;
        this.work = work;
        this.kept = kept;
        this.referenceOnly = referenceOnly;
    }

    /** Runs the command. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean referenceOnly = words.remove("--reference-only");
        Path project = Path.of(words.removeFirst());
        Path engine = Peers.runningEngine();
        if (engine == null) {
            System.err.println(
                    "no Docker Engine answers: ../shared/peers/docker-engine start, or RUNNER_DOCKER_ENGINE=DIR");
            System.exit(3);
            return;
        }
        DifferentialReport report = run(project, engine, words, referenceOnly);
        Path file = project.resolve("runner/target/differential.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, report.markdown());
        System.out.println(report.summary());
        System.out.println("report: " + file);
        System.exit(report.passed() ? 0 : 1);
    }

    /** Runs the cases and groups that are named, or all. */
    static DifferentialReport run(Path project, Path engine, List<String> names, boolean referenceOnly)
            throws IOException, InterruptedException {
        Path resources = project.resolve("runner/src/test/resources");
        List<DifferentialCase> cases = DifferentialCase.readAll(resources.resolve("differential")).stream()
                .filter(each -> names.isEmpty()
                        || names.contains(each.name())
                        || names.contains(each.material().group()))
                .toList();
        Path work = Files.createTempDirectory(Path.of("/var/tmp"), "differential-");
        try (Peers peers = Peers.start(engine, project, work)) {
            Path sources = project.resolve("runner/src/test/java/dev/runner/differential");
            ReferenceRecord kept = new ReferenceRecord(
                    project.resolve("runner/target/differential-reference"),
                    ReferenceRecord.digest(
                            peers.version(),
                            resources.resolve("differential-bases"),
                            sources.resolve("ImageFacts.java"),
                            sources.resolve("LayerFacts.java"),
                            sources.resolve("RootFilesystem.java"),
                            sources.resolve("PreparedCase.java")));
            List<Verdict> verdicts = new DifferentialSuite(peers, work, kept, referenceOnly).judge(cases);
            Path accepted = resources.resolve("accepted-differences.yml");
            return new DifferentialReport(verdicts, AcceptedDifferences.read(accepted));
        } finally {
            delete(work);
        }
    }

    private List<Verdict> judge(List<DifferentialCase> cases) throws InterruptedException {
        List<Verdict> verdicts = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Verdict>> futures = new ArrayList<>();
            for (DifferentialCase each : cases) {
                futures.add(pool.submit(() -> judge(each)));
            }
            for (int i = 0; i < futures.size(); i++) {
                try {
                    verdicts.add(futures.get(i).get());
                } catch (ExecutionException e) {
                    verdicts.add(new Verdict.BadCase(cases.get(i).name(), String.valueOf(e.getCause())));
                }
            }
        }
        return verdicts;
    }

    private Verdict judge(DifferentialCase each) throws IOException, InterruptedException {
        if (each.emulated() && !Peers.emulates()) {
            return new Verdict.Skipped(each.name(), "the kernel has no emulators registered (runner binfmt)");
        }
        Path folder = Files.createDirectories(work.resolve("cases").resolve(each.name()));
        PreparedCase prepared = PreparedCase.prepare(each, peers.registry(), folder);
        ReferenceRecord.Answer reference = reference(prepared, folder);
        if (!isExpected(each.expected(), reference)) {
            return new Verdict.BadCase(each.name(), reference.said());
        }
        ReferenceRecord.Answer ours = referenceOnly
                ? reference
                : build(new ImageBuilder.Embedded(work.resolve("home")), prepared, folder.resolve("ours"));
        delete(folder);
        return compare(each, reference, ours);
    }

    private ReferenceRecord.Answer reference(PreparedCase prepared, Path folder)
            throws IOException, InterruptedException {
        ReferenceRecord.Answer answer = kept.find(prepared.source());
        if (answer == null) {
            answer = build(new ImageBuilder.BuildKit(peers), prepared, folder.resolve("reference"));
            kept.keep(prepared.source(), answer);
        }
        return answer;
    }

    private static boolean isExpected(DifferentialCase.Expected expected, ReferenceRecord.Answer answer) {
        return switch (expected.outcome()) {
            case BUILDS -> answer.facts() != null;
            case FAILS -> answer.facts() == null && missing(expected, answer).isEmpty();
            case EITHER -> true;
        };
    }

    private static List<String> missing(DifferentialCase.Expected expected, ReferenceRecord.Answer answer) {
        String said = answer.said().toLowerCase(Locale.ROOT);
        return expected.says().stream()
                .filter(each -> !said.contains(each.toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static Verdict compare(
            DifferentialCase each, ReferenceRecord.Answer reference, ReferenceRecord.Answer ours) {
        String name = each.name();
        if (reference.facts() == null || ours.facts() == null) {
            if (reference.facts() == ours.facts()) {
                return new Verdict.BothFailed(name, reference.said(), ours.said(), missing(each.expected(), ours));
            }
            return ours.facts() == null
                    ? new Verdict.OnlyOneBuilt(name, false, ours.said())
                    : new Verdict.OnlyOneBuilt(name, true, reference.said());
        }
        List<Difference> differences = Difference.between(name, reference.facts(), ours.facts());
        return differences.isEmpty() ? new Verdict.Same(name) : new Verdict.Differs(name, differences);
    }

    private static ReferenceRecord.Answer build(ImageBuilder builder, PreparedCase prepared, Path place)
            throws IOException, InterruptedException {
        Path tar = place.resolveSibling(place.getFileName() + ".tar");
        Commands.Outcome outcome = builder.build(prepared, tar);
        boolean built = outcome.code() == 0;
        return new ReferenceRecord.Answer(built ? ImageFacts.read(tar, place) : null, outcome.output());
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
