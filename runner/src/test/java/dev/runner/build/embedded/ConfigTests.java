package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.runner.build.BuildResult;
import dev.runner.build.NamedContext;
import dev.runner.oci.ImageConfig;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Config and history in BuildKit's words. */
class ConfigTests {
    @TempDir
    Path folder;

    private Path context;
    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        Machine.write(context.resolve("a.txt"), "a");
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    private ImageConfig config(String dockerfile) throws Exception {
        BuildResult result = machine.build(context, dockerfile);
        return machine.image(result).config();
    }

    @Test
    void every_instruction_leaves_its_mark() throws Exception {
        ImageConfig config = config("""
                FROM scratch
                MAINTAINER me
                ARG V=1 W
                ENV A=$V B="two words"
                LABEL l=x
                EXPOSE 80 53/udp
                VOLUME /data
                USER 1000
                WORKDIR /w
                COPY --chown=1:2 a.txt ./
                STOPSIGNAL SIGTERM
                HEALTHCHECK --interval=90s --retries=3 CMD true
                SHELL ["/bin/bash", "-c"]
                ONBUILD RUN echo hi
                CMD echo "x"
                ENTRYPOINT ["/e", "a b"]
                """);
        assertThat(config.history().stream().map(ImageConfig.History::createdBy))
                .containsExactly(
                        "MAINTAINER me",
                        "ARG V=1 W",
                        "ENV A=1 B=two words",
                        "LABEL l=x",
                        "EXPOSE [53/udp 80/tcp]",
                        "VOLUME [/data]",
                        "USER 1000",
                        "WORKDIR /w",
                        "COPY --chown=1:2 a.txt ./ # buildkit",
                        "STOPSIGNAL SIGTERM",
                        "HEALTHCHECK &{[\"CMD-SHELL\" \"true\"] \"1m30s\" \"0s\" \"0s\" \"0s\" '\\x03'}",
                        "SHELL [/bin/bash -c]",
                        "CMD [\"/bin/bash\" \"-c\" \"echo \\\"x\\\"\"]",
                        "ENTRYPOINT [\"/e\" \"a b\"]");
        assertThat(config.history().stream()
                        .filter(entry -> !entry.emptyLayer())
                        .count())
                .isEqualTo(config.diffIds().size());
        assertThat(config.history())
                .allSatisfy(entry -> assertThat(entry.created()).isNotNull());
        ImageConfig.Execution run = config.config();
        assertThat(run.env())
                .containsExactly(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1", "B=two words");
        assertThat(run.command()).containsExactly("/bin/bash", "-c", "echo \"x\"");
        assertThat(run.entrypoint()).containsExactly("/e", "a b");
        assertThat(run.exposedPorts()).containsExactly("53/udp", "80/tcp");
        assertThat(run.onBuild()).containsExactly("RUN echo hi");
        assertThat(run.user()).isEqualTo("1000");
        assertThat(config.author()).isEqualTo("me");
    }

    @Test
    void an_entrypoint_clears_the_command_of_an_earlier_stage_only() throws Exception {
        assertThat(config("FROM scratch AS a\nCMD [\"x\"]\nFROM a\nENTRYPOINT [\"e\"]\n")
                        .config()
                        .command())
                .isNull();
        assertThat(config("FROM scratch\nCMD [\"x\"]\nENTRYPOINT [\"e\"]\n")
                        .config()
                        .command())
                .containsExactly("x");
    }

    @Test
    void arguments_keep_to_their_scope() throws Exception {
        ImageConfig config = config("""
                ARG G=global
                FROM scratch AS one
                ARG G
                ARG L=one
                FROM scratch AS two
                ENV G=${G:-unset} L=${L:-unset} P=${TARGETARCH:-unset}
                FROM one
                ARG TARGETPLATFORM
                ENV G=$G L=$L P=$TARGETPLATFORM
                """.replace("FROM one\n", "FROM one\n").strip() + "\n");
        assertThat(config.config().env()).contains("G=global", "L=one", "P=" + dev.runner.oci.Platform.host());
        ImageConfig other = machine.image(machine.build(
                        context, "ARG G=global\nFROM scratch\nENV G=${G:-unset} P=${TARGETARCH:-unset}\n"))
                .config();
        assertThat(other.config().env()).contains("G=unset", "P=unset");
    }

    @Test
    void build_arguments_outweigh_defaults_and_show_in_history() throws Exception {
        BuildResult result =
                machine.build(context, "FROM scratch\nARG V=1\nENV A=$V\n", request -> request.argument("V", "2"));
        assertThat(machine.image(result).config().history().getFirst().createdBy())
                .isEqualTo("ARG V=2");
        assertThat(machine.image(result).config().config().env()).contains("A=2");
    }

    @Test
    void a_folder_that_from_names_is_a_layer_and_the_topmost_layers_are_told_last() throws Exception {
        Machine.write(context.resolve("other/b.txt"), "b");
        BuildResult result = machine.build(
                context,
                "FROM docker.io/library/other\nCOPY a.txt /\nLABEL l=x\n",
                request -> request.namedContext("other:latest", new NamedContext.Directory(context.resolve("other"))));
        assertThat(machine.image(result).config().history())
                .extracting(ImageConfig.History::createdBy, ImageConfig.History::comment)
                .containsExactly(
                        tuple("COPY a.txt / # buildkit", "buildkit.dockerfile.v0"),
                        tuple("LABEL l=x", "buildkit.dockerfile.v0"),
                        tuple("[1/2] COPY a.txt /", "buildkit.exporter.image.v0"));
        assertThat(machine.layer(result, 0)).containsExactly("f644 0:0 b.txt");
    }

    @Test
    void a_mount_over_the_root_is_refused() {
        assertThatThrownBy(() -> machine.build(context, "FROM scratch\nRUN --mount=type=cache true\n"))
                .hasMessageContaining("invalid mount target");
    }

    @Test
    void from_wants_a_stage_in_small_letters_and_a_flag_takes_any() throws Exception {
        String stages = "FROM scratch AS One\nCOPY a.txt /\nFROM %s\nLABEL l=x\n";
        assertThat(config(stages.formatted("one")).config().labels()).containsKey("l");
        assertThatThrownBy(() -> config(stages.formatted("One"))).isInstanceOf(InvalidSourceException.class);
        BuildResult target = machine.build(context, stages.formatted("one"), request -> request.target("ONE"));
        assertThat(machine.image(target).config().config().labels()).isEmpty();
    }

    @Test
    void triggers_run_in_the_next_build_and_not_in_the_one_after() throws Exception {
        ImageConfig config = config("FROM scratch AS base\nONBUILD ENV T=1\nFROM base\nENV U=$T\n");
        assertThat(config.config().env()).contains("T=1", "U=1");
        assertThat(config.config().onBuild()).isEmpty();
    }

    @Test
    void what_does_not_work_is_said_before_anything_runs() {
        assertThatThrownBy(() -> machine.build(
                        context, "FROM scratch\nCOPY a.txt /\nRUN --security=insecure true\nRUN --network=host true\n"))
                .isInstanceOfSatisfying(
                        InvalidSourceException.class,
                        e -> assertThat(e.diagnostics().stream()
                                        .map(d -> d.span().line()))
                                .contains(3, 4));
        assertThat(machine.events).isEmpty();
    }

    @Test
    void a_target_that_is_not_there_is_said_with_those_that_are() {
        assertThatThrownBy(() ->
                        machine.build(context, "FROM scratch AS one\nCOPY a.txt /\n", request -> request.target("two")))
                .isInstanceOfSatisfying(
                        InvalidSourceException.class,
                        e -> assertThat(e.diagnostics().getFirst().remedy()).contains("one"));
    }

    @Test
    void durations_are_written_as_go_does() {
        assertThat(List.of(0L, 1L, 90L, 3600L, 3661L).stream()
                        .map(seconds -> GoText.duration(java.time.Duration.ofSeconds(seconds))))
                .containsExactly("0s", "1s", "1m30s", "1h0m0s", "1h1m1s");
        assertThat(GoText.duration(java.time.Duration.ofMillis(1500))).isEqualTo("1.5s");
        assertThat(GoText.duration(java.time.Duration.ofMillis(500))).isEqualTo("500ms");
    }
}
