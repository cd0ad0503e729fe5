package dev.runner.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import dev.runner.registry.server.RegistryServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry in a process of its own that dies by kill -9 while blobs come in. */
class KilledServerTests {
    @TempDir
    Path folder;

    /** The process that dies: serves a folder, says at which port, and waits. */
    public static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws Exception {
            RegistryServer server = start(Path.of(arguments[0]));
            System.out.println(server.address().getPort());
            Thread.currentThread().join();
        }
    }

    private static RegistryServer start(Path folder) throws IOException {
        return RegistryServer.start(
                folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RegistryServer.Options.OPEN);
    }

    @Test
    void a_kill_at_any_moment_leaves_no_half_blob_and_the_push_can_be_done_again() throws Exception {
        List<byte[]> contents =
                IntStream.range(0, 3).mapToObj(i -> Images.noise(6_000_000, i)).toList();
        for (long killAfter : List.of(1L, 5_000_000L, 12_000_000L, 18_000_000L)) {
            dieDuringPush(contents, killAfter);
            try (RegistryServer server = start(folder);
                    RegistryClient client = Images.client(new Counting())) {
                Reference repository =
                        Reference.parse("127.0.0.1:" + server.address().getPort() + "/acme/r" + killAfter);
                for (byte[] content : contents) {
                    Descriptor blob = Images.blob(content);
                    if (client.hasBlob(repository, blob.digest())) {
                        assertThat(Digest.of(client.blob(repository, blob))).isEqualTo(blob.digest());
                    }
                }
                push(client, repository, contents);
                for (byte[] content : contents) {
                    assertThat(client.blob(repository, Images.blob(content))).isEqualTo(content);
                }
            }
        }
    }

    private void dieDuringPush(List<byte[]> contents, long killAfter) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = victim.inputReader(StandardCharsets.UTF_8)) {
            String port = out.readLine();
            Counting killer = new Counting() {
                @Override
                public void uploaded(Reference repository, @Nullable Digest blob, long bytes) {
                    super.uploaded(repository, blob, bytes);
                    if (up.get() >= killAfter) {
                        victim.destroyForcibly();
                    }
                }
            };
            try (RegistryClient client = Images.client(killer)) {
                push(client, Reference.parse("127.0.0.1:" + port + "/acme/r" + killAfter), contents);
            } catch (RegistryException e) {
                assertThat(e.kind()).isEqualTo(RegistryException.Kind.NETWORK);
            }
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    private static void push(RegistryClient client, Reference repository, List<byte[]> contents) {
        client.pushBlobs(
                repository,
                contents.stream()
                        .map(content -> BlobPush.of(Images.blob(content), BlobSource.of(content)))
                        .toList());
    }
}
