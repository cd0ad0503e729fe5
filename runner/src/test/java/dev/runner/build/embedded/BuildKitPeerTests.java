package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.CacheReference;
import dev.runner.build.Output;
import dev.runner.oci.Reference;
import dev.runner.registry.DockerRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches that go back and forth between this engine and the BuildKit of a living Docker Engine. */
class BuildKitPeerTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    static Path folder;

    private static DockerEngine engine;
    private static DockerRegistry registry;

    private Path context;
    private String dockerfile;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        engine = DockerEngine.start();
        registry = DockerRegistry.start(folder.resolve("registry"));
        Path root = folder.resolve("base");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(BUSYBOX, root.resolve("bin/busybox"));
        Machine.write(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\napp:x:7:8::/home/app:/bin/sh\n");
        Machine.write(root.resolve("etc/group"), "app:x:8:\n");
        try (Machine machine = Machine.at(folder.resolve("base-state"))) {
            machine.build(
                    root,
                    "FROM scratch\nCOPY . /\nRUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n",
                    request -> request.output(new Output.Push(List.of(name("base")))));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    private static Reference name(String text) {
        return Reference.parse(registry.domain() + "/" + text + ":1");
    }

    /** What one test builds nobody has built before: no cache but the one that is passed on can know it. */
    @BeforeEach
    void write() throws Exception {
        context = Files.createTempDirectory(folder, "context");
        Machine.write(context.resolve("src/stamp"), context.toString());
        tool("#!/bin/sh\n");
        Files.setPosixFilePermissions(context.resolve("src/tool.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        dockerfile = """
                FROM %s AS builder
                ARG STAMP=none
                ENV MODE=fast
                WORKDIR /work
                COPY src ./src
                RUN --mount=type=cache,target=/root/.cache echo "$MODE & <$STAMP>" > out
                FROM %s
                ENV A=1 B=2
                ENV A=3
                WORKDIR /app
                COPY --chown=app:app src/s* ./
                RUN --mount=type=bind,source=src,target=/mnt cat /mnt/stamp > /seen
                COPY --from=builder /work/out /work/src/tool.sh ./built/
                COPY --link --chown=7 src/tool.sh /linked/
                USER app
                WORKDIR /home/app
                RUN <<EOF
                echo $A
                EOF
                """.formatted(name("base"), name("base"));
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
    }

    /** A machine without a store of its own builds; gives how many steps it had to make. */
    private long ours(List<CacheReference> from, List<CacheReference> to, String target) throws Exception {
        try (Machine machine = Machine.at(Files.createTempDirectory(folder, "state"))) {
            machine.build(
                    context,
                    Files.readString(context.resolve("Dockerfile")),
                    request -> request.cache(new CacheOptions(from, to, false, List.of(), false))
                            .output(new Output.Push(List.of(name(target)))));
            return machine.ran();
        }
    }

    private static CacheReference cache(String text) {
        return CacheReference.parse("type=registry,ref=" + name(text));
    }

    @Test
    void what_buildkit_pushed_with_inline_cache_is_not_built_again() throws Exception {
        assertThat(engine.build(
                        context,
                        "--push",
                        "--cache-to=type=inline",
                        "-t",
                        name("inline").toString()))
                .hasSize(10);
        assertThat(ours(List.of(cache("inline")), List.of(), "second")).isZero();
        Machine.write(context.resolve("src/tool.sh"), "#!/bin/busybox sh\n");
        // WORKDIR /app and the COPY of src/s* stand; the whole builder, which an inline cache has no layers of, does
        // not.
        assertThat(ours(List.of(cache("inline")), List.of(), "third")).isEqualTo(8);
    }

    @Test
    void a_cache_image_of_buildkit_spares_every_step_whatever_its_form() throws Exception {
        for (String form : List.of("true", "false")) {
            String to = "--cache-to=type=registry,mode=max,image-manifest=" + form + ",ref=" + name("cache" + form);
            engine.build(context, "--push", to, "-t", name("cached").toString());
            assertThat(ours(List.of(cache("cache" + form)), List.of(), "second" + form))
                    .isZero();
        }
    }

    @Test
    void what_this_engine_pushed_with_inline_cache_buildkit_does_not_build_again() throws Exception {
        assertThat(ours(List.of(), List.of(new CacheReference.Inline()), "ours"))
                .isEqualTo(10);
        assertThat(engine.build(context, "--cache-from=" + name("ours"))).isEmpty();
        Files.writeString(context.resolve("Dockerfile"), dockerfile.replace("A=3", "A=4"));
        assertThat(engine.build(context, "--cache-from=" + name("ours")))
                .anyMatch(step -> step.contains("RUN <<EOF"))
                .noneMatch(step -> step.contains("COPY --chown"));
    }

    /**
     * A stage that is built otherwise and comes to the same: what is copied from it is known by its content. No other test
     * has had the same content, which the engine would remember.
     */
    private static final String COMPILED = """
            FROM %1$s AS builder
            COPY src/tool.sh /src/
            RUN mkdir /out && echo %2$s > /out/program && chmod 750 /out/program && ln -s program /out/link
            RUN mkdir -p /out/d/e && echo %2$s > /out/d/e/one && chown -R 7:8 /out/d
            FROM %1$s
            COPY --from=builder /out /app
            COPY --from=builder --chown=app /out/prog* /out/d /other/
            COPY --link --from=builder /out/link /linked/
            RUN cat /app/program /other/program /linked/link > /seen
            """;

    /** Its mode stays; no other test has the same. */
    private void tool(String text) throws Exception {
        Files.writeString(context.resolve("src/tool.sh"), text + "# of " + context.getFileName() + "\n");
    }

    private String compiled() {
        return COMPILED.formatted(name("base"), context.getFileName());
    }

    @Test
    void what_was_copied_from_a_stage_is_found_by_its_content_when_buildkit_has_made_it() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), compiled());
        for (String form : List.of("type=inline", "type=registry,mode=max,ref=" + name("stages"))) {
            String image = form.startsWith("type=inline") ? "stages-inline" : "stages";
            tool("#!/bin/sh\n");
            engine.build(
                    context,
                    "--push",
                    "--cache-to=" + form,
                    "-t",
                    name(image.equals("stages") ? "stages-image" : image).toString());
            tool("#!/bin/sh\n# " + image + "\n");
            // The builder's three steps are made, and nothing else.
            assertThat(ours(List.of(cache(image)), List.of(), "again")).isEqualTo(3);
        }
        tool("#!/bin/sh\n");
        Files.writeString(context.resolve("Dockerfile"), compiled().replace("chmod 750", "chmod 700"));
        // Another mode is another content: of seven steps only the first stands.
        assertThat(ours(List.of(cache("stages")), List.of(), "changed")).isEqualTo(6);
    }

    @Test
    void what_was_copied_from_a_stage_buildkit_finds_by_its_content_when_this_engine_has_made_it() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), compiled());
        CacheReference buildkit = CacheReference.parse("type=registry,mode=max,format=buildkit,ref=" + name("theirs"));
        assertThat(ours(List.of(), List.of(new CacheReference.Inline(), buildkit), "compiled"))
                .isEqualTo(7);
        for (String cache : List.of("compiled", "theirs")) {
            tool("#!/bin/sh\n# " + cache + "\n");
            assertThat(engine.build(context, "--cache-from=" + name(cache)))
                    .as(cache)
                    .hasSize(3)
                    .allMatch(step -> step.contains("builder"));
        }
        // Who had nothing to make still tells what the content was.
        tool("#!/bin/sh\n");
        assertThat(ours(List.of(cache("compiled")), List.of(new CacheReference.Inline()), "again"))
                .isZero();
        tool("#!/bin/sh\n# again\n");
        assertThat(engine.build(context, "--cache-from=" + name("again"))).hasSize(3);
    }

    @Test
    void a_cache_image_of_buildkit_stays_one_when_this_engine_adds_to_it() throws Exception {
        String reference = "type=registry,mode=max,ref=" + name("shared");
        engine.build(
                context,
                "--push",
                "--cache-to=" + reference,
                "-t",
                name("image").toString());
        String before = Files.readString(context.resolve("src/stamp"));
        Machine.write(context.resolve("src/stamp"), before + " changed");
        CacheReference shared = CacheReference.parse(reference);
        assertThat(ours(List.of(shared), List.of(shared), "changed")).isPositive();
        assertThat(engine.build(context, "--cache-from=" + reference)).isEmpty();
        assertThat(ours(List.of(shared), List.of(), "again")).isZero();
        Machine.write(context.resolve("src/stamp"), before);
        assertThat(ours(List.of(shared), List.of(), "before")).isZero();
    }
}
