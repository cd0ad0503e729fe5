package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildResult;
import dev.runner.build.BuildSecret;
import dev.runner.host.ForeignBusybox;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxException;
import dev.runner.host.sandbox.Sandboxes;
import dev.runner.oci.Platform;
import dev.runner.oci.layer.TarEntry;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps in plain copies give the layers that an overlay gives. */
class PlainRootTests {
    private static final String CHANGES = """
            FROM scratch
            COPY root /
            RUN mkdir -p /d/sub && echo one > /d/one && echo two > /d/sub/two && ln /d/one /d/linked \\
                && ln -s one /d/symbolic && chmod 4755 /d/sub/two && mkdir /gone /becomes && echo x > /gone/x \\
                && echo y > /becomes/file && echo z > /stays
            RUN rm -r /gone && rm /d/one && echo more >> /d/sub/two && chmod 700 /d && rm -r /becomes \\
                && echo now > /becomes
            RUN touch -d @1000000000 /stays && mv /d/sub /d/moved && rm /becomes && mkdir /becomes && echo a > /becomes/b
            RUN echo tmp > /tmpfile && rm /tmpfile
            WORKDIR /made/here
            RUN echo in > folder && mkfifo pipe
            RUN --mount=type=cache,target=/cache echo c > /cache/c; true
            RUN --mount=type=cache,target=/cache --mount=type=secret,id=s,target=/run/secrets/s \\
                cat /cache/c /run/secrets/s; echo done > /done
            """;

    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void prepare() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        Path root = Files.createDirectories(context.resolve("root"));
        ForeignBusybox.install(Platform.host(), root);
        Files.createSymbolicLink(root.resolve("bin/mkfifo"), Path.of("busybox"));
        Machine.write(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\napp:x:7:8::/home/app:/bin/sh\n");
        Machine.write(root.resolve("etc/group"), "root:x:0:\napp:x:8:\n");
    }

    private void need(String kind) throws IOException {
        try (ProcessRunner processes = new ProcessRunner()) {
            new Sandboxes(processes, folder.resolve("trial")).choose(kind);
        } catch (SandboxException e) {
            Assumptions.abort(String.valueOf(e.getMessage()));
        }
    }

    /** All layers of an image, times of folders and links aside, which nobody set. */
    private List<String> layers(String kind, String dockerfile) throws Exception {
        need(kind);
        return layers(kind, dockerfile, folder.resolve(kind));
    }

    private List<String> layers(String kind, String dockerfile, Path state) throws Exception {
        try (Machine machine = Machine.at(state, kind)) {
            BuildResult result = machine.build(
                    context,
                    dockerfile,
                    request -> request.secret(new BuildSecret.Value("s", Secret.of("s", "a secret of some length"))));
            List<String> all = new ArrayList<>();
            int count = machine.manifest(machine.image(result).manifest().digest())
                    .layers()
                    .size();
            for (int i = 0; i < count; i++) {
                all.add("layer " + i);
                all.addAll(machine.layer(result, i));
                for (TarEntry entry : machine.entries(result, i)) {
                    if (entry instanceof TarEntry.File file) {
                        all.add(file.path() + " " + file.size());
                    }
                }
            }
            return all;
        }
    }

    @Test
    void chroot_gives_the_same_layers_as_an_overlay() throws Exception {
        assertThat(layers("chroot", CHANGES)).isEqualTo(layers("namespaces", CHANGES));
    }

    @Test
    void proot_gives_the_same_layers_as_an_overlay() throws Exception {
        assertThat(layers("proot", CHANGES)).isEqualTo(layers("namespaces", CHANGES));
    }

    /** Where the kernel starts emulators, too: a process that PRoot traces does not live through that. */
    @Test
    void proot_starts_emulators_itself() throws Exception {
        need("proot");
        Platform arm = Platform.parse("linux/arm64");
        ForeignBusybox.install(arm, Files.createDirectories(context.resolve("arm")));
        try (Machine machine = Machine.at(folder.resolve("state"), "proot")) {
            BuildResult result = machine.build(
                    context,
                    "FROM scratch\nCOPY arm /\nRUN mkdir -p /out/$(uname -m)\n",
                    request -> request.platforms(List.of(arm)));

            assertThat(machine.layer(result, 1)).anyMatch(line -> line.endsWith("out/aarch64"));
        }
    }

    @Test
    void where_overlays_are_refused_a_sandbox_that_mounts_gives_the_same_layers() throws Exception {
        // No overlay can be the upper folder of another.
        List<String> options = new ArrayList<>();
        for (String name : List.of("lowerdir", "upperdir", "workdir")) {
            options.add(name + "=" + Files.createDirectory(folder.resolve(name)));
        }
        Path on = Files.createDirectory(folder.resolve("overlay"));
        List<String> expected = layers("namespaces", CHANGES);
        assertThat(ended("mount", "-t", "overlay", "-o", String.join(",", options), "overlay", on.toString()))
                .isZero();
        try {
            assertThat(layers("namespaces", CHANGES, on.resolve("state"))).isEqualTo(expected);
        } finally {
            assertThat(ended("umount", on.toString())).isZero();
        }
    }

    private static int ended(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void owners_are_those_that_the_step_asked_for() throws Exception {
        String owners = CHANGES + """
                RUN mkdir -p /home/app && touch /home/app/f /home/app/g && chown -R app:app /home/app && chown 9:9 /stays
                RUN echo again >> /home/app/g
                USER app
                RUN touch /home/app/own
                """;
        List<String> expected = layers("namespaces", owners);
        assertThat(expected).anyMatch(line -> line.endsWith("7:8 home/app/own"));
        assertThat(layers("chroot", owners)).isEqualTo(expected);
        assertThat(layers("proot", owners)).isEqualTo(expected);
    }

    @Test
    void a_step_that_touches_a_file_and_changes_nothing_has_nothing_of_it_in_its_layer() throws Exception {
        need("chroot");
        try (Machine machine = Machine.at(folder.resolve("chroot"), "chroot")) {
            BuildResult result = machine.build(context, """
                    FROM scratch
                    COPY root /
                    RUN true
                    RUN chmod 644 /etc/passwd && chmod 644 /etc/group && ln /etc/group /x && rm /x
                    """);
            assertThat(machine.layer(result, 2)).isEmpty();
        }
    }
}
