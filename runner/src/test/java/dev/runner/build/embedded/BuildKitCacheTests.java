package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheReference;
import dev.runner.build.embedded.buildkit.CacheConfig;
import dev.runner.build.embedded.buildkit.CacheConfig.Entry;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.OciLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What BuildKit 0.25 wrote with {@code --cache-to type=local,mode=max} for the Dockerfile beside it, read and written by this
 * engine.
 */
class BuildKitCacheTests {
    private static final Path CASE = Path.of("src/test/resources/buildkit-cache/scratch");

    @TempDir
    Path folder;

    private Path context;
    private Machine machine;
    private String dockerfile;

    @BeforeEach
    void open() throws Exception {
        dockerfile = Files.readString(CASE.resolve("Dockerfile"));
        context = Files.createDirectories(folder.resolve("context"));
        Machine.write(context.resolve("src/one.txt"), "one\n");
        Machine.write(context.resolve("src/sub/run.sh"), "#!/bin/sh\n");
        mode("src/sub/run.sh", "rwxr-xr-x");
        mode("src", "rwxr-xr-x");
        mode("src/sub", "rwxr-xr-x");
        Files.createSymbolicLink(context.resolve("src/link"), Path.of("one.txt"));
        Machine.write(context.resolve("package.json"), "{}\n");
        Machine.write(context.resolve("package-lock.json"), "{\"lock\":1}\n");
        Machine.write(context.resolve("empty"), "");
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws Exception {
        machine.close();
    }

    private void mode(String path, String permissions) throws Exception {
        Files.setPosixFilePermissions(context.resolve(path), PosixFilePermissions.fromString(permissions));
    }

    private BuildResult build(String text, List<CacheReference> from, List<CacheReference> to) throws Exception {
        return machine.build(
                context,
                text,
                request -> request.platforms(Machine.platforms("linux/amd64"))
                        .cache(new CacheOptions(from, to, false, List.of(), false)));
    }

    private BuildResult fromBuildKit(String text) throws Exception {
        return build(text, List.of(CacheReference.parse("type=local,src=" + CASE)), List.of());
    }

    /** The names of the steps that were not taken from a cache, as {@code [stage 2/3] COPY . .} has them. */
    private List<String> made() {
        Map<String, String> names = new HashMap<>();
        machine.events.stream()
                .filter(BuildEvent.VertexStarted.class::isInstance)
                .map(BuildEvent.VertexStarted.class::cast)
                .forEach(started -> names.put(started.id(), started.name()));
        return machine.events.stream()
                .filter(BuildEvent.VertexFinished.class::isInstance)
                .map(BuildEvent.VertexFinished.class::cast)
                .filter(finished -> finished.miss() != null)
                .map(finished -> names.get(finished.id()))
                .toList();
    }

    private static CacheConfig golden() throws Exception {
        OciLayout layout = OciLayout.at(CASE);
        Index index = layout.index();
        Manifest manifest = Manifest.parse(layout.read(index.manifests().getFirst()));
        return CacheConfig.parse(layout.read(manifest.config()));
    }

    @Test
    void a_cache_that_buildkit_left_spares_every_step() throws Exception {
        BuildResult result = fromBuildKit(dockerfile);
        assertThat(made()).isEmpty();
        Set<Digest> theirs =
                golden().layers().stream().map(CacheConfig.Layer::blob).collect(Collectors.toSet());
        Manifest manifest = machine.manifest(machine.image(result).manifest().digest());
        assertThat(manifest.layers()).hasSize(9).allMatch(layer -> theirs.contains(layer.digest()));
    }

    @Test
    void an_inline_cache_has_the_records_that_buildkit_would_write() throws Exception {
        BuildResult result = build(dockerfile, List.of(), List.of(new CacheReference.Inline()));
        ImageConfig config = machine.image(result).config();
        List<Digest> layers = machine.manifest(machine.image(result).manifest().digest()).layers().stream()
                .map(layer -> layer.digest())
                .toList();
        CacheConfig ours = Objects.requireNonNull(CacheConfig.ofImage(config, layers));
        Set<Digest> written = ours.records().stream().map(Entry::digest).collect(Collectors.toSet());
        assertThat(golden().records().stream().map(Entry::digest)).allMatch(written::contains);
        assertThat(ours.records().stream()
                        .flatMap(entry -> entry.results().stream())
                        .filter(one -> !one.chained()))
                .as("one for each layer; what COPY --link has laid on top is known by itself as well")
                .hasSize(layers.size());
    }

    /** A change, to the context or to the Dockerfile. */
    private interface Change {
        void make() throws Exception;
    }

    /** On a machine of its own, makes a step anew that the cache had. */
    private void assertMade(String step, Change change) throws Exception {
        machine.close();
        machine = Machine.at(Files.createTempDirectory(folder, "state"));
        change.make();
        fromBuildKit(dockerfile);
        assertThat(made()).as(step).anyMatch(name -> name.contains(step));
    }

    @Test
    void a_step_whose_files_have_changed_is_made_anew() throws Exception {
        assertMade("COPY package*.json", () -> Machine.write(context.resolve("package.json"), "[]\n"));
        assertMade("COPY . /all", () -> Machine.write(context.resolve("other"), ""));
        assertMade("COPY . /all", () -> mode("empty", "rwx------"));
        assertMade("COPY src/ ./", () -> mode("src/sub", "rwx------"));
        assertMade("ADD src/one.txt src/sub", () -> mode("src/sub/run.sh", "rw-r--r--"));
        assertMade("COPY src/ ./", () -> {
            Files.delete(context.resolve("src/link"));
            Files.createSymbolicLink(context.resolve("src/link"), Path.of("sub"));
        });
        assertMade("COPY --link", () -> Machine.write(context.resolve("src/one.txt"), "1\n"));
        assertMade("COPY package*.json", () -> Machine.write(context.resolve("package-x.json"), ""));
    }

    @Test
    void a_step_that_says_something_else_is_made_anew() throws Exception {
        assertChanged("--chown=1000:1001", "--chown=1000:1002");
        assertChanged("--chown=1000:1001", "--chown=1000");
        assertChanged("--chmod=640", "--chmod=600");
        assertChanged("u+x,go=r", "u+x,go=");
        assertChanged("COPY src/ ./", "ADD src/ ./");
        assertChanged("PLACE=/app", "PLACE=/opt");
        assertChanged("COPY package*.json empty ./", "COPY empty package*.json ./");
        assertChanged("COPY --from=late / /late/", "COPY --from=assets / /late/");
        assertChanged("COPY --from=late / /late/", "COPY --from=late /late.txt /late/");
        assertChanged("COPY --link src/one.txt", "COPY src/one.txt");
        assertChanged("& more", "& less");
        assertChanged("WORKDIR deeper", "WORKDIR deep");
        assertChanged("COPY . /all", "COPY . /all/");
    }

    private void assertChanged(String from, String to) throws Exception {
        String before = dockerfile;
        assertThat(before).contains(from);
        dockerfile = before.replace(from, to);
        machine.close();
        machine = Machine.at(Files.createTempDirectory(folder, "state"));
        fromBuildKit(dockerfile);
        assertThat(made()).as("%s instead of %s", to, from).isNotEmpty();
        dockerfile = before;
    }
}
