package dev.runner.frontend.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.expression.Value;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases that GitHub's own readers in several languages share. */
class WorkflowReaderConformanceTests {
    private static final Path FOLDER = Path.of("../../shared/conformance/github-workflow-reader");
    private static final int LONGEST_MESSAGE = 500;

    /** Cases that are wrong for us, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "errors-anchor-tag.yml",
            "GitHub has taken anchors since September 2025 (Workflow syntax, YAML anchors and aliases)",
            "errors-max-result-size.yml",
            "the size of GitHub's objects in its memory, by its own count, is no limit here",
            "errors-reusable-workflow-max-result-size.yml",
            "as above",
            "error.yml",
            "it names the key 'parallel' of steps, which GitHub has not published",
            "events-single-invalid.yml",
            "it is the editor's: GitHub itself ignores unknown keys of workflow_dispatch, as the case"
                    + " on-workflow_dispatch-unknown-keys-ignored says, and here they are a warning",
            "is-partial-rerun.yml",
            "the order of a table inside GitHub's service, until one of its switches is on everywhere",
            "skip-reusable-workflows.yml",
            "a switch inside GitHub's service: called workflows are not read");

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "there is no " + FOLDER);
        List<Path> files;
        try (Stream<Path> entries = Files.list(FOLDER)) {
            files = entries.sorted().toList();
        }
        assertThat(files).hasSize(195);
        return files.stream()
                .filter(file -> !EXCEPTIONS.containsKey(file.getFileName().toString()))
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        String[] sections = Files.readString(file).split("\\r?\\n---\\r?\\n", -1);
        Map<String, String> options = options(sections[0]);
        String name = ".github/workflows/" + file.getFileName();
        Map<String, String> others = new HashMap<>();
        if (sections.length > 3) {
            for (int i = 2; i + 1 < sections.length - 1; i += 2) {
                others.put(sections[i].strip(), sections[i + 1]);
            }
        }
        Value expected = Value.fromJson(sections[sections.length - 1].strip());
        Faults faults = new Faults();
        Workflow workflow = null;
        try {
            workflow = GithubWorkflows.read(
                    Source.of(name, sections[1]),
                    uses -> {
                        String text = others.get(uses);
                        if (text == null) {
                            throw new IOException("there is no " + uses);
                        }
                        return Source.of(uses, text);
                    },
                    rules(options),
                    faults);
        } catch (InvalidSourceException e) {
            e.diagnostics().forEach(faults::addForeign);
        }
        Value actual = faults.none() && workflow != null
                ? new WorkflowDump(sections[0].contains("include-source: true"))
                        .of(workflow, sections[0].contains("C#") && sections[0].contains("- Go"))
                : Value.of(Map.of("errors", errors(faults, name)));
        List<String> missing = new ArrayList<>(expected.toJson().lines().toList());
        actual.toJson().lines().forEach(missing::remove);
        List<String> surplus = new ArrayList<>(actual.toJson().lines().toList());
        expected.toJson().lines().forEach(surplus::remove);
        assertThat(actual)
                .as("%s: missing %s, surplus %s", name, missing, surplus)
                .isEqualTo(expected);
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new HashMap<>();
        Matcher matcher = Pattern.compile("(?m)^([a-zA-Z-]+):[ ]*([^#\\n]*)").matcher(text);
        while (matcher.find()) {
            options.put(matcher.group(1), matcher.group(2).strip());
        }
        if (text.contains("allowBackgroundSteps")) {
            options.put("background", "true");
        }
        return options;
    }

    private static Rules rules(Map<String, String> options) {
        Rules standard = Rules.STANDARD;
        return new Rules(
                number(options, "max-depth", standard.depth()),
                number(options, "max-file-size", standard.characters()),
                number(options, "max-job-limit", standard.jobs()),
                number(options, "max-nested-reusable-workflows-depth", standard.calls()),
                "LimitedRead".equals(options.get("permissions-policy"))
                        ? new Permissions(
                                Map.of("contents", Permissions.Level.READ, "packages", Permissions.Level.READ))
                        : standard.standard(),
                options.containsKey("background"));
    }

    private static int number(Map<String, String> options, String key, int otherwise) {
        String text = options.get(key);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    private static List<Map<String, String>> errors(Faults faults, String file) {
        List<Map<String, String>> errors = new ArrayList<>();
        for (Faults.Fault fault : faults.all()) {
            String where = fault.at() == null
                    ? fault.bare() ? "" : file + ": "
                    : fault.at().source().name() + " (Line: " + fault.at().line() + ", Col: "
                            + fault.at().column() + "): ";
            String message = where + fault.words();
            boolean fits = message.length() <= LONGEST_MESSAGE;
            errors.add(Map.of("Message", fits ? message : message.substring(0, LONGEST_MESSAGE) + "[...]"));
        }
        return errors;
    }
}
