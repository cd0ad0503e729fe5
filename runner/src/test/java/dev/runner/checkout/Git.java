package dev.runner.checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The real git, shut off from the configuration of whoever runs the tests. */
final class Git {
    private final Path folder;

    private Git(Path folder) {
        this.folder = folder;
    }

    static Git in(Path folder) {
        return new Git(folder);
    }

    /** A new repository with the branch main. */
    static Git init(Path folder) {
        Assumptions.assumeTrue(
                Stream.of("/usr/bin/git", "/usr/local/bin/git").anyMatch(p -> Files.exists(Path.of(p))),
                "git is not installed");
        create(folder);
        Git git = new Git(folder);
        git.run("init", "-q", "-b", "main");
        return git;
    }

    Path folder() {
        return folder;
    }

    String run(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("GIT_"));
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CONFIG_SYSTEM", "/dev/null");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        for (String who : List.of("AUTHOR", "COMMITTER")) {
            environment.put("GIT_" + who + "_NAME", "Ada");
            environment.put("GIT_" + who + "_EMAIL", "ada@example.org");
            environment.put("GIT_" + who + "_DATE", "2026-03-04T05:06:07+02:00");
        }
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + " in " + folder + " gave " + code + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Git write(String path, String content) {
        return write(path, content.getBytes(StandardCharsets.UTF_8));
    }

    Git write(String path, byte[] content) {
        try {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Git link(String path, String target) {
        run("-c", "alias.ln=!ln", "ln", "-sfn", target, path);
        return this;
    }

    Git executable(String path) {
        if (!folder.resolve(path).toFile().setExecutable(true, false)) {
            throw new IllegalStateException(path);
        }
        return this;
    }

    /** Commits everything; gives the SHA. */
    String commit(String message) {
        run("add", "-A");
        run("commit", "-q", "-m", message);
        return head();
    }

    String head() {
        return run("rev-parse", "HEAD");
    }

    /** Every file of a folder but {@code .git}: type, mode and content, or link target. */
    static Map<String, String> files(Path root) {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                String name = root.relativize(path).toString();
                if (name.isEmpty() || List.of(name.split("/")).contains(".git")) {
                    continue;
                }
                found.put(name, look(path));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String look(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "link " + SymbolicLinks.target(path);
        }
        String mode = Integer.toOctalString((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS));
        return mode + " " + (Files.isDirectory(path) ? "" : HexFormat.of().formatHex(Files.readAllBytes(path)));
    }

    static void create(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
