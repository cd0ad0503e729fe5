package dev.runner.cli;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the release of a tag on GitHub or GitLab and puts the files of a folder into it; {@code runner/bin/upload-release}
 * starts it. Nothing of a release is to be seen before all is there, and doing it again goes on where it was left: files
 * that the server has are not sent again, others of the same name are replaced.
 */
final class ReleaseUpload {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Map<String, String> TYPES = Map.of(
            ".tar.gz", "application/gzip",
            ".deb", "application/vnd.debian.binary-package",
            ".json", "application/json",
            "SUMS", "text/plain");

    private ReleaseUpload() {}

    /**
     * One file of a release.
     *
     * @param type its media type
     * @param sha256 hexadecimal
     */
    record Item(Path file, String name, String type, String sha256) {
        static Item of(Path file) throws IOException {
            String name = String.valueOf(file.getFileName());
            String type = TYPES.entrySet().stream()
                    .filter(each -> name.endsWith(each.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("application/octet-stream");
            return new Item(
                    file, name, type, Digest.of(Files.readAllBytes(file)).hex());
        }
    }

    /** Where a release goes. */
    @FunctionalInterface
    interface Place {
        void put(String tag, List<Item> items, PrintStream out) throws IOException;
    }

    /** @param arguments the tag and the folder */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv(), PAUSE, System.out, System.err));
    }

    /** The exit code. The token is among the environment's variables, nowhere else. */
    static int run(
            List<String> arguments, Map<String, String> environment, Duration pause, PrintStream out, PrintStream err) {
        if (arguments.size() != 2 || arguments.getFirst().isBlank()) {
            err.println("upload-release: a tag and a folder are needed: upload-release TAG FOLDER");
            return ExitCode.BAD_INPUT;
        }
        String tag = arguments.getFirst();
        Path folder = Path.of(arguments.getLast());
        try {
            List<Item> items = items(folder);
            if (items.isEmpty()) {
                err.println("upload-release: " + folder + " has no files; runner/bin/dist makes them");
                return ExitCode.BAD_INPUT;
            }
            place(environment, pause).put(tag, items, out);
            return ExitCode.PASSED;
        } catch (IOException e) {
            err.println("upload-release: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static List<Item> items(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        }
        Item[] items = new Item[files.size()];
        for (int index = 0; index < items.length; index++) {
            items[index] = Item.of(files.get(index));
        }
        return List.of(items);
    }

    private static Place place(Map<String, String> environment, Duration pause) {
        String github = environment.getOrDefault("GITHUB_TOKEN", "");
        String repository = environment.getOrDefault("GITHUB_REPOSITORY", "");
        if (!github.isEmpty() && !repository.isEmpty()) {
            ReleaseServer server = new ReleaseServer(
                    "GitHub",
                    "Authorization",
                    "Bearer " + github,
                    "GITHUB_TOKEN must be one of " + repository + " with the permission 'contents: write'",
                    pause);
            String api = environment.getOrDefault("GITHUB_API_URL", "https://api.github.com");
            return new GithubRelease(server, api + "/repos/" + repository + "/releases");
        }
        String gitlab = environment.getOrDefault("CI_JOB_TOKEN", "");
        String project = environment.getOrDefault("CI_PROJECT_ID", "");
        String api = environment.getOrDefault("CI_API_V4_URL", "");
        if (!gitlab.isEmpty() && !project.isEmpty() && !api.isEmpty()) {
            ReleaseServer server = new ReleaseServer(
                    "GitLab",
                    "JOB-TOKEN",
                    gitlab,
                    "CI_JOB_TOKEN must be of a running job whose user is a developer of the project, with its package"
                            + " registry switched on",
                    pause);
            return new GitlabRelease(server, api + "/projects/" + ReleaseServer.encoded(project));
        }
        return (tag, items, out) -> {
            out.println(
                    "upload-release: neither a job of GitHub nor of GitLab with a token, so nothing is uploaded; of "
                            + tag + " these would be:");
            items.forEach(item -> out.println(item.name() + " (" + item.type() + ")"));
        };
    }
}
