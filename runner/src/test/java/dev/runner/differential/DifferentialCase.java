package dev.runner.differential;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One case: a context with a Dockerfile, and what is not the default. Either a folder, where {@code case.yml} has the
 * options; or, where the folder would hold little but a Dockerfile, an entry of a file {@code GROUP.yml} that maps names
 * to options and, among them, {@code dockerfile} and {@code files}. The script {@code setup}, in a folder
 * {@code setup.sh}, is run as root in a copy of the context and makes what git cannot hold; neither it nor the options
 * are part of the context.
 *
 * @param expected what BuildKit does with it
 * @param flags flags of {@code docker buildx build} that both builders get
 * @param secrets contents by id
 * @param contexts named contexts: a folder below the case's, or {@code docker-image://base.test/NAME}
 * @param emulated whether foreign RUN steps need emulators in the kernel
 */
record DifferentialCase(
        Material material,
        Expected expected,
        List<String> flags,
        Map<String, String> secrets,
        Map<String, String> contexts,
        Times times,
        boolean emulated) {
    static final String OPTIONS = "case.yml";
    static final String SETUP = "setup.sh";

    DifferentialCase {
        flags = List.copyOf(flags);
        secrets = Map.copyOf(secrets);
        contexts = Map.copyOf(contexts);
    }

    /**
     * What the context is made of.
     *
     * @param group the file it stands in, without its ending; the case's own name for a folder
     * @param folder to be copied, or null
     * @param files contents by name, to be written
     * @param dockerfile the Dockerfile's name
     * @param written all that the case says of itself, so that a change of it is seen; empty for a folder
     */
    record Material(
            String name,
            String group,
            @Nullable Path folder,
            Map<String, String> files,
            String dockerfile,
            String written) {
        Material {
            files = Map.copyOf(files);
        }
    }

    /**
     * @param says what both must say of a Dockerfile that they refuse, in whatever case of letters
     */
    record Expected(Outcome outcome, List<String> says) {
        Expected {
            says = List.copyOf(says);
        }
    }

    /** Whether BuildKit builds it; {@code EITHER} leaves that to the engine, as in corners that its versions change. */
    enum Outcome {
        BUILDS,
        FAILS,
        EITHER
    }

    /**
     * The policy for times.
     *
     * @param epoch seconds since 1970 for {@code SOURCE_DATE_EPOCH}, or null
     * @param rewrite whether layers are rewritten to it
     */
    record Times(@Nullable String epoch, boolean rewrite) {}

    String name() {
        return material.name();
    }

    /** The cases of every folder and every group below the root, in the order of their names. */
    static List<DifferentialCase> readAll(Path root) throws IOException {
        List<DifferentialCase> cases = new ArrayList<>();
        try (Stream<Path> paths = Files.list(root)) {
            for (Path path : paths.sorted().toList()) {
                if (Files.isDirectory(path)) {
                    cases.add(read(path));
                } else {
                    cases.addAll(readGroup(path));
                }
            }
        }
        Set<String> names = new HashSet<>();
        cases.stream()
                .map(DifferentialCase::name)
                .filter(name -> !names.add(name))
                .forEach(name -> {
                    throw new IllegalArgumentException("two cases are called " + name);
                });
        return cases;
    }

    static DifferentialCase read(Path folder) {
        Path file = folder.resolve(OPTIONS);
        CaseOptions options = Files.exists(file) ? new CaseOptions(mapping(file)) : CaseOptions.none();
        String name = folder.getFileName().toString();
        return of(new Material(name, name, folder, Map.of(), options.text("file", "Dockerfile"), ""), options);
    }

    private static List<DifferentialCase> readGroup(Path file) {
        String group = file.getFileName().toString().replace(".yml", "");
        List<DifferentialCase> cases = new ArrayList<>();
        for (YamlNode.Entry entry : mapping(file).entries()) {
            if (!(entry.value() instanceof YamlNode.Mapping mapping)) {
                throw new IllegalArgumentException(
                        "not a case: " + entry.value().span());
            }
            CaseOptions options = new CaseOptions(mapping);
            String dockerfile = options.text("file", "Dockerfile");
            Map<String, String> files = options.map("files");
            options.copyText("dockerfile", dockerfile, files);
            options.copyText("setup", SETUP, files);
            String name = CaseOptions.scalar(entry.key());
            String written = mapping.span().text();
            cases.add(of(new Material(name, group, null, files, dockerfile, written), options));
        }
        return cases;
    }

    private static DifferentialCase of(Material material, CaseOptions options) {
        List<String> says = options.list("says");
        Outcome outcome = options.is("fails", !says.isEmpty())
                ? Outcome.FAILS
                : options.is("either", false) ? Outcome.EITHER : Outcome.BUILDS;
        options.refuseUnknown();
        return new DifferentialCase(
                material,
                new Expected(outcome, says),
                options.flags(),
                options.map("secrets"),
                options.map("contexts"),
                new Times(options.text("epoch"), options.is("rewrite", true)),
                options.is("emulated", false));
    }

    private static YamlNode.Mapping mapping(Path file) {
        try {
            if (YamlReader.read(Source.read(file), YamlReader.Limits.DEFAULT) instanceof YamlNode.Mapping mapping) {
                return mapping;
            }
            throw new IllegalArgumentException("not a mapping: " + file);
        } catch (InvalidSourceException e) {
            throw new IllegalArgumentException(file + ": " + e.diagnostics(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
