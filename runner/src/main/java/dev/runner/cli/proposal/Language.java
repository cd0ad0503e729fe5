package dev.runner.cli.proposal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a project without a Dockerfile is built: in stages, for each platform, into a small image that does not run as root.
 *
 * @param evidence the file that tells the language
 * @param dockerfile the text
 * @param ignored what the build must not see, beside what no build must
 */
record Language(String evidence, String dockerfile, List<String> ignored) {
    private static final List<String> ALWAYS = List.of(
            ".git",
            ".github",
            ".gitlab-ci.yml",
            "pipeline.yml",
            "Dockerfile",
            ".dockerignore",
            ".env*",
            ".idea",
            ".vscode");

    /** A user that no image has: enough for what writes nothing. */
    static final String NOBODY = "65532:65532";

    /** Knows one language; null when it is not a project's. */
    private interface Reader {
        @Nullable
        Language read(Project project) throws IOException;
    }

    /** In this order: what is often in projects of another language comes last. */
    private static final List<Reader> READERS = List.of(
            CompiledLanguages::go,
            CompiledLanguages::rust,
            JavaProjects::maven,
            JavaProjects::gradle,
            CompiledLanguages::dotnet,
            ScriptLanguages::ruby,
            ScriptLanguages::php,
            PythonProjects::python,
            NodeProjects::node,
            ScriptLanguages::site);

    /** The language of a project; null when none is known. */
    static @Nullable Language of(Project project) throws IOException {
        for (Reader reader : READERS) {
            Language language = reader.read(project);
            if (language != null) {
                return language;
            }
        }
        return null;
    }

    /** The files that tell a language, for people. */
    static String known() {
        return "go.mod, Cargo.toml, pom.xml, build.gradle, *.csproj, Gemfile, composer.json, requirements.txt, pyproject.toml,"
                + " package.json, index.html";
    }

    Map<String, String> files(Project project) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("Dockerfile", dockerfile);
        if (!project.has(".dockerignore")) {
            List<String> lines = new ArrayList<>(ALWAYS);
            lines.addAll(ignored);
            files.put(".dockerignore", String.join("\n", lines) + "\n");
        }
        return files;
    }

    /** Files of a project whose name ends so, folders of others' code left out; the nearest first. */
    static List<String> ending(Project project, String end) throws IOException {
        try (Stream<Path> files = Files.walk(project.folder(), 4)) {
            return files.filter(file -> file.getFileName() != null
                            && file.getFileName().toString().endsWith(end))
                    .map(file -> project.folder().relativize(file).toString())
                    .filter(name -> !name.matches("(.*/)?(node_modules|vendor|target|bin|obj|\\.[^/]+)/.*"))
                    .sorted((one, other) -> {
                        int depth = one.split("/").length - other.split("/").length;
                        return depth != 0 ? depth : one.compareTo(other);
                    })
                    .toList();
        }
    }
}
