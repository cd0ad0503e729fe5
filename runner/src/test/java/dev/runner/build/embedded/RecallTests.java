package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Output;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.recall.Recall;
import dev.runner.build.embedded.store.FileDigests;
import dev.runner.oci.Reference;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.DockerRegistry;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.source.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image of three platforms that was built before and gets another tag. */
class RecallTests {
    @TempDir
    Path folder;

    private Path context;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void write() throws Exception {
        context = folder.resolve("context");
        Machine.write(context.resolve("file"), "content\n");
        Machine.write(context.resolve("Dockerfile"), "FROM scratch\nCOPY file /\n");
        while (!FileDigests.stamp(context.resolve("Dockerfile")).settled(Instant.now())) {
            Thread.onSpinWait();
        }
    }

    private BuildResult answer(DockerRegistry registry, Path state, String tag) throws Exception {
        TransferListener counting = new TransferListener() {
            @Override
            public void answered(String method, String host, String path, int status) {
                requests.add(method + " " + path.replaceAll("sha256:[0-9a-f]+", "DIGEST") + " " + status);
            }
        };
        Recall recall = new Recall(state);
        Memo memo = Objects.requireNonNull(recall.find("call"));
        try (RegistryClient client =
                RegistryClient.of(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), counting)) {
            Reference name = Reference.parse(registry.domain() + "/acme/app:" + tag);
            return Objects.requireNonNull(recall.answer(memo, List.of(name), () -> client, event -> {}));
        }
    }

    private void build(DockerRegistry registry, Path state) throws Exception {
        try (Machine machine = Machine.at(state)) {
            Path file = context.resolve("Dockerfile");
            Reference name = Reference.parse(registry.domain() + "/acme/app:one");
            BuildRequest request = BuildRequest.builder(new BuildContext.Directory(context), Source.read(file))
                    .file(file)
                    .platforms(Machine.platforms("linux/amd64", "linux/arm64", "linux/arm/v7"))
                    .output(new Output.Push(List.of(name)))
                    .build();
            machine.builder.remembering("call", List.of()).build(request, machine.listener());
        }
    }

    @Test
    void a_new_tag_takes_no_more_than_a_look_and_a_manifest() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            build(registry, folder.resolve("state"));
            BuildResult result = answer(registry, folder.resolve("state"), "two");
            assertThat(result.platforms()).hasSize(3);
            assertThat(requests)
                    .containsExactly("HEAD /v2/acme/app/manifests/DIGEST 200", "PUT /v2/acme/app/manifests/two 201");
        }
    }

    @Test
    void what_is_named_anew_is_not_pruned_first() throws Exception {
        Path state = folder.resolve("state");
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            build(registry, state);
            Instant before = Instant.now().minusSeconds(400_000);
            List<Path> things = new ArrayList<>(things(state.resolve("store/blobs/sha256")));
            try (Machine machine = Machine.at(state)) {
                // Reads the layer, so that it is unpacked.
                machine.build(context, "FROM scratch AS a\nCOPY file /\nFROM scratch\nCOPY --from=a /file /b\n");
            }
            things.addAll(things(state.resolve("store/snapshots/by-diff")));
            for (Path thing : things) {
                Files.getFileAttributeView(thing, BasicFileAttributeView.class)
                        .setTimes(null, FileTime.from(before), null);
            }
            answer(registry, state, "two");
            // The index, for each platform a manifest and a config, one layer, and the layer's files.
            assertThat(things).hasSize(9).allMatch(thing -> usedAfter(thing, before.plusSeconds(300_000)));
        }
    }

    private static List<Path> things(Path folder) throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private static boolean usedAfter(Path blob, Instant time) {
        try {
            return Files.readAttributes(blob, BasicFileAttributes.class)
                    .lastAccessTime()
                    .toInstant()
                    .isAfter(time);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
