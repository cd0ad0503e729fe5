package dev.runner.differential;

import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One case: a folder that is the context, with a Dockerfile in it. {@code case.yml} says what is not the default, and
 * {@code setup.sh}, run as root in a copy of the folder, makes what git cannot hold; neither is part of the context.
 *
 * @param expectation what BuildKit does with it
 * @param flags flags of {@code docker buildx build} that both builders get
 * @param secrets contents by id
 * @param contexts named contexts: a folder below the case's, or {@code docker-image://base.test/NAME}
 * @param epoch {@code SOURCE_DATE_EPOCH}, or null
 * @param rewrite whether {@code rewrite-timestamp} goes with the epoch
 * @param emulated whether foreign RUN steps need emulation
 */
record DifferentialCase(
        Path folder,
        Expectation expectation,
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

    /** Whether BuildKit builds it; {@code EITHER} leaves that to the engine, as in corners that its versions change. */
    enum Expectation {
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
        return folder.getFileName().toString();
    }

    static List<DifferentialCase> readAll(Path root) throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(Files::isDirectory)
                    .sorted()
                    .map(DifferentialCase::read)
                    .toList();
        }
    }

    static DifferentialCase read(Path folder) {
        Options options = new Options(folder.resolve(OPTIONS));
        Expectation expectation = options.is("fails", false)
                ? Expectation.FAILS
                : options.is("either", false) ? Expectation.EITHER : Expectation.BUILDS;
        return new DifferentialCase(
                folder,
                expectation,
                options.flags(),
                options.map("secrets"),
                options.map("contexts"),
                new Times(options.text("epoch"), options.is("rewrite", true)),
                options.is("emulated", false));
    }

    /** The scalar, list and map entries of {@code case.yml}. */
    private static final class Options {
        private final Map<String, YamlNode> entries = new LinkedHashMap<>();

        Options(Path file) {
            if (!Files.exists(file)) {
                return;
            }
            try {
                if (YamlReader.read(Source.read(file), YamlReader.Limits.DEFAULT) instanceof YamlNode.Mapping mapping) {
                    mapping.entries().forEach(entry -> entries.put(scalar(entry.key()), entry.value()));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        List<String> flags() {
            Stream.Builder<String> flags = Stream.builder();
            map("arguments").forEach((name, value) -> flags.add("--build-arg=" + name + "=" + value));
            map("labels").forEach((name, value) -> flags.add("--label=" + name + "=" + value));
            List<String> platforms = list("platforms");
            flags.add("--platform=" + (platforms.isEmpty() ? "linux/amd64" : String.join(",", platforms)));
            String target = text("target");
            if (target != null) {
                flags.add("--target=" + target);
            }
            list("flags").forEach(flags::add);
            return flags.build().toList();
        }

        Map<String, String> map(String key) {
            Map<String, String> map = new LinkedHashMap<>();
            if (entries.get(key) instanceof YamlNode.Mapping mapping) {
                mapping.entries().forEach(entry -> map.put(scalar(entry.key()), scalar(entry.value())));
            }
            return map;
        }

        List<String> list(String key) {
            return entries.get(key) instanceof YamlNode.Sequence sequence
                    ? sequence.items().stream().map(Options::scalar).toList()
                    : List.of();
        }

        @Nullable
        String text(String key) {
            YamlNode node = entries.get(key);
            return node == null ? null : scalar(node);
        }

        boolean is(String key, boolean otherwise) {
            String text = text(key);
            return text == null ? otherwise : text.equals("true");
        }

        private static String scalar(YamlNode node) {
            if (node instanceof YamlNode.Scalar scalar) {
                return scalar.value();
            }
            throw new IllegalArgumentException("not a scalar: " + node.span());
        }
    }

    /** The Dockerfile's name, which {@code case.yml} may change. */
    String dockerfile() {
        String file = new Options(folder.resolve(OPTIONS)).text("file");
        return file == null ? "Dockerfile" : file;
    }
}
