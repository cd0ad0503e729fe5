package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenTests {
    @TestFactory
    Stream<DynamicTest> every_fault_is_shown_at_its_place() throws IOException {
        return Golden.cases("faults", folder -> {
            Diagnostics diagnostics = new Diagnostics();
            Dockerfile.parse(source(folder), diagnostics);
            return diagnostics.sorted().stream().map(Diagnostic::render).collect(Collectors.joining("\n\n", "", "\n"));
        });
    }

    @TestFactory
    Stream<DynamicTest> instructions_are_typed_and_expanded() throws IOException {
        Map<String, String> env =
                Map.of("ONE", "1", "SPACED", "a b", "EMPTY", "", "VERSION", "1.2.3-rc1", "NAME", "app");
        return Golden.cases("parse", folder -> {
            Diagnostics diagnostics = new Diagnostics();
            Dockerfile dockerfile = Dockerfile.parse(source(folder), diagnostics);
            diagnostics.throwIfErrors();
            StringBuilder text = new StringBuilder(show(dockerfile.directives())).append('\n');
            dockerfile.metaArguments().forEach(arg -> text.append(show(arg)).append('\n'));
            for (Dockerfile.Stage stage : dockerfile.stages()) {
                text.append("stage ")
                        .append(stage.index())
                        .append(' ')
                        .append(stage.name())
                        .append('\n');
                append(text, stage.from(), env);
                stage.instructions().forEach(instruction -> append(text, instruction, env));
            }
            return text.toString();
        });
    }

    private static void append(StringBuilder text, Instruction instruction, Map<String, String> env) {
        Span span = instruction.span();
        text.append(span.line()).append('-').append(span.endLine()).append(' ').append(instruction.text());
        text.append("\n    ").append(show(instruction)).append('\n');
        try {
            Instruction expanded = instruction.expand(env::get);
            if (!expanded.equals(instruction)) {
                text.append("  = ").append(show(expanded)).append('\n');
            }
            switch (expanded) {
                case Instruction.Run run ->
                    run.mounts()
                            .forEach(m -> text.append("  + ").append(show(m)).append('\n'));
                case Instruction.Expose expose ->
                    text.append("  + ").append(expose.exposedPorts()).append('\n');
                default -> {}
            }
            if (instruction instanceof Instruction.Run run && run.command() instanceof CommandLine.Shell shell) {
                if (!shell.heredocs().isEmpty()) {
                    text.append("  + script ").append(quote(shell.script())).append('\n');
                }
            }
        } catch (InvalidSourceException e) {
            text.append("  ! ").append(e.getMessage()).append('\n');
        }
    }

    /** Records by their components; places and what was written are left out. */
    private static String show(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quote(text);
            case List<?> list -> list.stream().map(GoldenTests::show).collect(Collectors.joining(", ", "[", "]"));
            case Record record ->
                Stream.of(record.getClass().getRecordComponents())
                        .filter(c -> c.getType() != Span.class && c.getType() != Written.class)
                        .map(c -> c.getName() + "=" + show(get(record, c)))
                        .collect(Collectors.joining(" ", record.getClass().getSimpleName() + "(", ")"));
            default -> Objects.toString(value);
        };
    }

    private static @Nullable Object get(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component.toString(), e);
        }
    }

    private static String quote(String text) {
        return "\""
                + text.replace("\\", "\\\\")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\r", "\\r") + "\"";
    }

    @TestFactory
    Stream<DynamicTest> checks_find_what_buildkit_finds() throws IOException {
        return Golden.cases("checks", folder -> {
            Diagnostics diagnostics = new Diagnostics();
            Dockerfile dockerfile = Dockerfile.parse(source(folder), diagnostics);
            diagnostics.throwIfErrors();
            CheckContext context = CheckContext.bare();
            Path ignoreFile = folder.resolve("dockerignore");
            if (Files.exists(ignoreFile)) {
                context = context.withIgnore(IgnoreFile.parse(read(ignoreFile)));
            }
            Checks.Result result = Checks.run(dockerfile, context);
            return result.findings().stream()
                    .map(f -> f.span().line() + " " + f.rule().ruleName() + ": " + f.message() + "\n")
                    .sorted()
                    .collect(Collectors.joining("", result.failing() ? "failing\n" : "", ""));
        });
    }

    private static Source source(Path folder) {
        return Source.of("Dockerfile", read(folder.resolve("Dockerfile")).text());
    }

    private static Source read(Path file) {
        try {
            return Source.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
