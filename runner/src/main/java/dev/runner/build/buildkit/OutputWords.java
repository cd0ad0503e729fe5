package dev.runner.build.buildkit;

import dev.runner.build.BuildRequest;
import dev.runner.build.Output;
import dev.runner.build.Packaging;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Outputs in Buildx's words. The local store's is an OCI archive, which is read back; what goes to a registry goes there
 * from the builder, and the store is only told where it is.
 *
 * @see <a href="https://docs.docker.com/build/exporters/">Docker's docs, Exporters</a>
 */
final class OutputWords {
    private final BuildRequest request;
    private final Predicate<String> insecure;
    private final Path scratch;
    private final boolean pushesItself;
    private final List<String> words = new ArrayList<>();
    private final List<Output> unnamed = new ArrayList<>();
    private final Map<Path, OutputStream> copies = new LinkedHashMap<>();
    private final List<Reference> pushed = new ArrayList<>();
    private final List<Output> later = new ArrayList<>();
    private @Nullable Path archive;

    /**
     * @param driver of the builder. The one of a Docker Engine unpacks every image that it makes, and unpacks none whose
     *     times are rewritten; so such images are pushed from here.
     * @param insecure whether plain HTTP or an unknown certificate is good enough for a registry
     */
    OutputWords(BuildRequest request, String driver, Predicate<String> insecure, Path scratch) {
        this.request = request;
        this.insecure = insecure;
        this.scratch = scratch;
        this.pushesItself = !driver.equals("docker") || !isRewritten(request);
    }

    private static boolean isRewritten(BuildRequest request) {
        return request.image().rewriteTimestamp() && request.image().sourceDateEpoch() != null;
    }

    List<String> of() {
        request.outputs().forEach(this::add);
        if (pushed.isEmpty() && archive == null) {
            archive = scratch.resolve("image.tar");
            write(Map.of("type", "oci", "dest", archive.toString()), true);
        }
        return List.copyOf(words);
    }

    private void add(Output output) {
        switch (output) {
            case Output.Store _ -> unnamed.add(output);
            case Output.Push push when !pushesItself -> later.add(push);
            case Output.PushByDigest push when !pushesItself -> later.add(push);
            case Output.Push(List<Reference> names) -> push(names, false);
            case Output.PushByDigest(List<Reference> repositories) -> push(repositories, true);
            case Output.OciArchive(Output.Sink sink, List<Reference> names) -> {
                Path file = file(sink, "oci.tar");
                archive = archive == null ? file : archive;
                write(fields("oci", "dest", file, names), true);
            }
            case Output.OciFolder(Path path, List<Reference> names) -> {
                Map<String, String> fields = fields("oci", "dest", path.toAbsolutePath(), names);
                fields.put("tar", "false");
                write(fields, true);
            }
            case Output.DockerArchive(Output.Sink sink, List<Reference> names) ->
                write(fields("docker", "dest", file(sink, "docker.tar"), names), true);
            case Output.DockerLoad(List<Reference> names) -> write(fields("docker", "", null, names), true);
            case Output.LocalFiles(Path path) ->
                write(fields("local", "dest", path.toAbsolutePath(), List.of()), false);
            case Output.TarFiles(Output.Sink sink) ->
                write(fields("tar", "dest", file(sink, "files.tar"), List.of()), false);
        }
    }

    private static Map<String, String> fields(String type, String key, @Nullable Path place, List<Reference> names) {
        Map<String, String> fields = new LinkedHashMap<>(Map.of("type", type));
        if (place != null) {
            fields.put(key, place.toString());
        }
        if (!names.isEmpty()) {
            fields.put(
                    "name",
                    String.join(
                            ",",
                            names.stream()
                                    .map(name -> name.withDefaultTag().toString())
                                    .toList()));
        }
        return fields;
    }

    private Path file(Output.Sink sink, String name) {
        return switch (sink) {
            case Output.Sink.File(Path path) -> path.toAbsolutePath();
            case Output.Sink.Stream(OutputStream stream) -> {
                Path file = scratch.resolve(copies.size() + name);
                copies.put(file, stream);
                yield file;
            }
        };
    }

    private void push(List<Reference> names, boolean digestOnly) {
        pushed.addAll(names);
        Map<Boolean, List<Reference>> kinds = new LinkedHashMap<>();
        names.forEach(name -> kinds.computeIfAbsent(insecure.test(name.domain()), _ -> new ArrayList<>())
                .add(name));
        kinds.forEach((plain, those) -> {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("type", "image");
            fields.put(
                    "name",
                    String.join(",", those.stream().map(Reference::toString).toList()));
            fields.put("push", "true");
            if (digestOnly) {
                fields.put("push-by-digest", "true");
                fields.put("name-canonical", "true");
            }
            if (plain) {
                fields.put("registry.insecure", "true");
            }
            write(fields, true);
        });
    }

    private void write(Map<String, String> fields, boolean image) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        Packaging packaging = request.image().packaging();
        if (image && !("docker".equals(fields.get("type")) && packaging.equals(Packaging.DEFAULT))) {
            packaging(all, packaging);
        }
        if (image && isRewritten(request)) {
            all.put("rewrite-timestamp", "true");
        }
        words.add("--output=" + BuildWords.fields(all));
    }

    static void packaging(Map<String, String> fields, Packaging packaging) {
        if (!packaging.equals(Packaging.DEFAULT)) {
            fields.put("compression", packaging.compression().name().toLowerCase(Locale.ROOT));
        }
        if (packaging.level() != null) {
            fields.put("compression-level", packaging.level().toString());
        }
        if (packaging.force()) {
            fields.put("force-compression", "true");
        }
        fields.put("oci-mediatypes", String.valueOf(!packaging.docker()));
    }

    /** The archive that holds the image; null when it was pushed. */
    @Nullable
    Path archive() {
        return pushed.isEmpty() ? archive : null;
    }

    /** A name under which a registry has the image; to be asked for its digest. Null when it was not pushed. */
    @Nullable
    Reference pushed() {
        return pushed.isEmpty() ? null : pushed.getFirst();
    }

    /** What is to be pushed from here, once the image is in the store. */
    List<Output> later() {
        return List.copyOf(later);
    }

    /** The names that the image gets in the local store. */
    Set<Reference> stored() {
        Set<Reference> names = new java.util.LinkedHashSet<>();
        unnamed.forEach(output -> names.addAll(output.names()));
        return names;
    }

    /** Gives streams what was written to files for them. */
    void copy() throws IOException {
        for (Map.Entry<Path, OutputStream> copy : copies.entrySet()) {
            Files.copy(copy.getKey(), copy.getValue());
            copy.getValue().flush();
        }
    }
}
