package dev.runner.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The flags of {@code runner exec}. */
final class ExecFlags implements Flags.Declaring {
    List<String> variables = new ArrayList<>();
    List<Path> variableFiles = new ArrayList<>();
    List<String> secrets = new ArrayList<>();
    List<Path> secretFiles = new ArrayList<>();
    List<String> platforms = new ArrayList<>();
    List<String> jobs = new ArrayList<>();
    int parallel = Runtime.getRuntime().availableProcessors();
    String output = "auto";

    List<String> reports = new ArrayList<>();

    @Nullable
    Path results;

    @Nullable
    String part;

    boolean dirty;
    boolean installEmulators;
    boolean list;
    boolean dryRun;
    boolean graph;
    boolean watch;

    @Nullable
    Path file;

    GithubFlags github = new GithubFlags();
    final ActionFlags actions = new ActionFlags();
    GitLabFlags gitlab = new GitLabFlags();
    final EngineFlags engine = new EngineFlags();

    @Override
    public void declare(Flags flags) {
        flags.option("--var")
                .label("NAME=VALUE")
                .says("A value for a variable of the pipeline; a bare NAME takes it from the environment.")
                .values(String.class, values -> variables = values);
        flags.option("--var-file")
                .label("FILE")
                .says("Variables, NAME=VALUE a line.")
                .values(Path.class, values -> variableFiles = values);
        flags.option("--secret")
                .label("NAME[=@FILE]")
                .says(
                        "A secret, from a file, or from the environment, the keyring, for GITHUB_TOKEN 'gh auth token', or the"
                                + " terminal; declared ones are taken from the environment and the keyring anyway.")
                .values(String.class, values -> secrets = values);
        flags.option("--secret-file")
                .label("FILE")
                .says("Secrets, in dotenv syntax.")
                .values(Path.class, values -> secretFiles = values);
        flags.option("--platform")
                .label("PLATFORM")
                .says("In place of the pipeline's platforms.")
                .values(String.class, values -> platforms = values);
        flags.option("--job")
                .label("NAME")
                .says("Only this job, or one run of it as 'image (slim)', with what it needs.")
                .values(String.class, values -> jobs = values);
        flags.option("--results")
                .label("FOLDER")
                .says(
                        "Put how jobs end, what they hand on and their artifacts there. With --job, what it needs is taken"
                                + " from there and does not run: other machines have done it.")
                .value(Path.class, value -> results = value);
        flags.option("--part")
                .label("PLATFORMS|join")
                .says(
                        "With --job and --results: build only these platforms and push them by digest; or join what machines"
                                + " have built so to one image, and do the rest of the job.")
                .value(String.class, value -> part = value);
        flags.option("-j", "--jobs")
                .label("N")
                .says("How many jobs at once (default: the number of cores).")
                .value(Integer.class, value -> parallel = value);
        flags.option("--output")
                .label("STYLE")
                .says("auto (default), plain, tty, github, gitlab, or json: one event a line.")
                .value(String.class, value -> output = value);
        flags.option("--report")
                .label("KIND=FILE")
                .says("Write a report besides: junit (XML), summary (Markdown, added to the file), or dotenv (IMAGE,"
                        + " IMAGE_DIGEST and IMAGE_TAGS of the last image).")
                .values(String.class, values -> reports = values);
        flags.option("--dirty")
                .says("A checkout of this repository takes its uncommitted changes along.")
                .on(value -> dirty = value);
        flags.option("--install-emulators")
                .says("Let binfmt steps install QEMU with the package manager (root may without being told).")
                .on(value -> installEmulators = value);
        flags.option("--watch")
                .says("Run again whenever files here change, but for those that git ignores.")
                .on(value -> watch = value);
        flags.option("--list").says("List the jobs and run nothing.").on(value -> list = value);
        flags.option("--dry-run")
                .says("Show the plan, jobs and steps, and run nothing.")
                .on(value -> dryRun = value);
        flags.option("--graph")
                .says("Print the graph of jobs as Mermaid and run nothing.")
                .on(value -> graph = value);
        github.declare(flags);
        actions.declare(flags);
        gitlab.declare(flags);
        engine.declare(flags);
        flags.positional("0", "0..1")
                .label("FILE")
                .says("The pipeline (default: pipeline.yml, or the only one here).")
                .value(Path.class, value -> file = value);
    }
}
