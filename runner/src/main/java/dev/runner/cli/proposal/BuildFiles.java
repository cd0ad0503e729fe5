package dev.runner.cli.proposal;

import dev.runner.build.bake.Bake;
import dev.runner.build.bake.BakeException;
import dev.runner.build.bake.BakeInputs;
import dev.runner.build.bake.BakePlan;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds that bake and compose files describe, and Dockerfiles themselves. */
final class BuildFiles {
    private static final Pattern DOCKERFILE = Pattern.compile(
            "(?:(?<before>.+)\\.)?(?:Dockerfile|Containerfile|dockerfile)(?:\\.(?<after>(?!dockerignore|md|orig|bak).+))?");
    /** Folders that are not the project's own, or hold what only tests build. */
    private static final Set<String> FOREIGN = Set.of(
            "node_modules",
            "vendor",
            "target",
            "build",
            "dist",
            "out",
            "test",
            "tests",
            "testdata",
            "fixtures",
            "examples",
            "example",
            "docs",
            "venv",
            "bin",
            "obj");

    private static final int DEPTH = 4;

    private BuildFiles() {}

    /** Targets of bake files, else those of compose files. */
    static void bake(Project project, Findings findings) {
        List<String> here = Bake.DEFAULT_FILES.stream().filter(project::has).toList();
        List<String> bake =
                here.stream().filter(name -> name.startsWith("docker-bake")).toList();
        List<String> files = bake.isEmpty() ? here : bake;
        if (files.isEmpty()) {
            return;
        }
        try {
            List<Source> sources = files.stream()
                    .map(name -> Source.of(name, project.text(name)))
                    .toList();
            Bake read = Bake.read(sources, new BakeInputs(Map.of(), Map.of(), Map.of()));
            boolean usual = read.list().stream().anyMatch(one -> one.name().equals("default"));
            List<String> all = read.list().stream()
                    .filter(one -> !one.group())
                    .map(Bake.Listed::name)
                    .toList();
            BakePlan plan = read.plan(usual ? List.of() : all, List.of());
            plan.targets().forEach((name, target) -> {
                ImageBuild build = DockerWords.build(BakePlan.words(target, null), findings);
                if (build != null && !(target.linked() && build.repositories().isEmpty())) {
                    findings.add(build.named(name));
                }
            });
            files.forEach(findings::source);
        } catch (InvalidSourceException | BakeException e) {
            findings.note(String.join(", ", files) + " cannot be read and was left out: see runner bake --print");
        }
    }

    /** One build for each Dockerfile. */
    static void dockerfiles(Project project, Findings findings) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(project.folder(), Set.of(), DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean own = folder.equals(project.folder()) || !name.startsWith(".") && !FOREIGN.contains(name);
                return own ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && DOCKERFILE
                                .matcher(String.valueOf(file.getFileName()))
                                .matches()) {
                    found.add(project.folder().relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort((one, other) -> one.getNameCount() != other.getNameCount()
                ? one.getNameCount() - other.getNameCount()
                : one.compareTo(other));
        for (Path file : found) {
            findings.source(file.toString());
            findings.add(build(project, file));
        }
    }

    private static ImageBuild build(Project project, Path file) {
        Matcher name = DOCKERFILE.matcher(String.valueOf(file.getFileName()));
        String variant =
                name.matches() ? name.group("before") != null ? name.group("before") : name.group("after") : null;
        Path parent = file.getParent();
        String folder = parent == null ? "." : parent.toString();
        // A folder that holds nothing but container files describes its parent.
        boolean aside = Set.of("docker", "build", "deploy", "container", "containers", ".docker")
                .contains(folder);
        String context = aside ? "." : folder;
        boolean plain =
                variant == null && !aside && file.getFileName().toString().equals("Dockerfile");
        String called = variant != null
                ? variant
                : aside || parent == null
                        ? project.name()
                        : parent.getFileName().toString();
        return new ImageBuild(
                Project.legal(called),
                ImageBuild.Recipe.of(context, plain ? "" : file.toString()),
                List.of(),
                List.of(),
                List.of());
    }
}
