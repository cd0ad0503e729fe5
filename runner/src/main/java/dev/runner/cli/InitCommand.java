package dev.runner.cli;

import dev.runner.cli.proposal.Project;
import dev.runner.cli.proposal.Proposal;
import dev.runner.frontend.nativeyaml.NativePipelines;
import dev.runner.source.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** {@code runner init}: a pipeline for the repository that is here. */
final class InitCommand implements Flags.Declaring, Callable<Integer> {
    private static final String ACTION = "OWNER/REPO/action@v1";
    private static final String JOB_IMAGE = "registry.gitlab.com/OWNER/runner:latest";

    private final RunnerCommand parent;
    private Path folder = Path.of(".");
    private @Nullable String github;
    private @Nullable String gitlab;
    private @Nullable String image;
    private boolean dryRun;
    private boolean force;

    InitCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags flags) {
        flags.command(
                "init",
                "Write a pipeline for a repository, from its Dockerfiles, its CI files, bake and compose files, or its language.",
                "No file is overwritten without --force.");
        flags.option("--github")
                .label("ACTION")
                .says("Also write " + Proposal.GITHUB + ", which uses this action (default: " + ACTION + ").")
                .optional(ACTION, value -> github = value);
        flags.option("--gitlab")
                .label("IMAGE")
                .says("Also write " + Proposal.GITLAB + ", whose job has this image (default: " + JOB_IMAGE + ").")
                .optional(JOB_IMAGE, value -> gitlab = value);
        flags.option("--image")
                .label("NAME")
                .says("Where the image goes (default: what CI files say, else what belongs to the git remote).")
                .value(String.class, value -> image = value);
        flags.option("--dry-run").says("Show the files and write nothing.").on(value -> dryRun = value);
        flags.option("--force").says("Overwrite files that are there.").on(value -> force = value);
        flags.positional("0", "0..1")
                .label("FOLDER")
                .says("The repository (default: here).")
                .value(Path.class, value -> folder = value);
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UsageException("there is no folder " + folder);
        }
        Proposal proposal = proposal();
        Map<String, String> files = proposal.files();
        // What is proposed must be a pipeline; a fault in it is a fault of ours.
        NativePipelines.read(Source.of(Proposal.PIPELINE, Objects.requireNonNull(files.get(Proposal.PIPELINE))));
        PrintWriter out = parent.out();
        if (dryRun) {
            files.forEach((name, text) -> out.println("# " + name + "\n" + text));
        } else {
            write(files);
        }
        out.println("from: " + String.join(", ", proposal.sources()));
        out.println("images: " + String.join(", ", proposal.images()));
        proposal.notes().forEach(note -> out.println("note: " + note));
        if (files.values().stream().anyMatch(text -> text.contains("OWNER/"))) {
            out.println("note: put the place that runner itself comes from in the place of OWNER");
        }
        if (!dryRun) {
            out.println("written: " + String.join(", ", files.keySet()));
            boolean here =
                    folder.toAbsolutePath().normalize().equals(Path.of("").toAbsolutePath());
            out.println("next: " + (here ? "" : "cd " + folder + " && ") + "runner exec");
        }
        out.flush();
        return ExitCode.PASSED;
    }

    private Proposal proposal() throws IOException {
        try {
            return Proposal.of(Project.of(folder), new Proposal.Wishes(github, gitlab, image));
        } catch (Proposal.NothingToBuildException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void write(Map<String, String> files) throws IOException {
        List<String> there = files.keySet().stream()
                .filter(name -> Files.exists(folder.resolve(name)))
                .toList();
        if (!there.isEmpty() && !force) {
            throw new UsageException(String.join(", ", there) + (there.size() == 1 ? " is" : " are")
                    + " there already; --force overwrites, --dry-run shows");
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.toAbsolutePath().getParent()));
            Files.writeString(path, file.getValue());
        }
    }
}
