package dev.runner.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The flags of {@code runner exec}. */
final class ExecFlags {
    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "A value for a variable of the pipeline; a bare NAME takes it from the environment.")
    List<String> variables = new ArrayList<>();

    @Option(names = "--var-file", paramLabel = "FILE", description = "Variables, NAME=VALUE a line.")
    List<Path> variableFiles = new ArrayList<>();

    @Option(
            names = "--secret",
            paramLabel = "NAME[=@FILE]",
            description =
                    "A secret, from the environment or a file; declared ones are taken from the environment anyway.")
    List<String> secrets = new ArrayList<>();

    @Option(names = "--secret-file", paramLabel = "FILE", description = "Secrets, in dotenv syntax.")
    List<Path> secretFiles = new ArrayList<>();

    @Option(names = "--platform", paramLabel = "PLATFORM", description = "In place of the pipeline's platforms.")
    List<String> platforms = new ArrayList<>();

    @Option(
            names = "--job",
            paramLabel = "NAME",
            description = "Only this job, or one run of it as 'image (slim)', with what it needs.")
    List<String> jobs = new ArrayList<>();

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            description = "How many jobs at once (default: the number of cores).")
    int parallel = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--output",
            paramLabel = "STYLE",
            defaultValue = "auto",
            description = "auto (default), plain, tty, or json: one event a line.")
    String output = "auto";

    @Option(names = "--report", paramLabel = "junit=FILE", description = "Write a JUnit XML report besides.")
    @Nullable
    String report;

    @Option(names = "--dirty", description = "A checkout of this repository takes its uncommitted changes along.")
    boolean dirty;

    @Option(
            names = "--install-emulators",
            description = "Let binfmt steps install QEMU with the package manager (root may without being told).")
    boolean installEmulators;

    @Option(names = "--list", description = "List the jobs and run nothing.")
    boolean list;

    @Option(names = "--dry-run", description = "Show the plan, jobs and steps, and run nothing.")
    boolean dryRun;

    @Option(names = "--graph", description = "Print the graph of jobs as Mermaid and run nothing.")
    boolean graph;

    @Parameters(paramLabel = "FILE", description = "The pipeline.")
    Path file = Path.of("pipeline.yml");
}
