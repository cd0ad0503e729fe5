package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.Program.Outcome;
import dev.runner.host.ForeignBusybox;
import dev.runner.oci.Platform;
import dev.runner.registry.DockerRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's commands in this process: texts and exit codes as those of the real command line. */
class DockerCommandTests {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static DockerRegistry registry;
    private Program program;

    @BeforeAll
    static void start() throws Exception {
        registry = DockerRegistry.start(shared.resolve("hub"));
        Path root = shared.resolve("image");
        ForeignBusybox.install(Platform.host(), root.resolve("root"));
        Files.writeString(root.resolve("Dockerfile"), """
                FROM scratch
                COPY root /
                ENV PATH=/bin GREETING=hello
                LABEL level=base
                ENTRYPOINT ["sh"]
                """);
        Program publisher = Program.at(shared.resolve("publisher"))
                .with("RUNNER_REGISTRY_REWRITE", "docker.io=http://" + registry.domain());
        publisher
                .run("build", "-q", "--push", "-t", "acme/base:1", root.toString())
                .passed();
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
    }

    @BeforeEach
    void freshUser() {
        program = Program.at(folder.resolve("home"))
                .with("RUNNER_REGISTRY_REWRITE", "docker.io=http://" + registry.domain());
    }

    private Outcome docker(String... words) {
        List<String> all = new ArrayList<>(List.of("docker"));
        all.addAll(List.of(words));
        return program.run(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pull                     |   1 | docker: 'docker pull' requires 1 argument
            pull --foo x             | 125 | unknown flag: --foo
            run                      |   1 | docker: 'docker run' requires at least 1 argument
            run --foo x              | 125 | unknown flag: --foo
            run -e                   | 125 | flag needs an argument: 'e' in -e
            run --platform foo x     | 125 | docker: error parsing specified platform: "foo": unknown operating system
            images -z                | 125 | unknown shorthand flag: 'z' in -z
            tag a                    |   1 | docker: 'docker tag' requires 2 arguments
            foo                      |   1 | docker: unknown command: docker foo
            image foo                |   1 | docker: unknown command: docker image foo
            login -p x               |   1 | WARNING! Using --password via the CLI is insecure. Use --password-stdin.
            version --format {{      |  64 | template parsing error: template: :1: unclosed action
            pull 127.0.0.1:5000/A    |   1 | invalid reference format: repository name
            buildx build             |   1 | ERROR: docker: 'docker buildx build' requires 1 argument
            buildx build --foo .     | 125 | unknown flag: --foo
            buildx build --tag       | 125 | flag needs an argument: --tag
            buildx use nope          |   1 | ERROR: failed to find instance "nope"
            buildx rm nope           |   1 | failed to remove nope: no builder "nope" found
            buildx inspect nope      |   1 | ERROR: no builder "nope" found
            buildx create --driver x |   1 | ERROR: failed to find driver "x"
            tag acme/nope x          |   1 | Error response from daemon: No such image: acme/nope:latest
            rmi acme/nope            |   1 | Error response from daemon: No such image: acme/nope:latest
            push acme/nope           |   1 | An image does not exist locally with the tag: acme/nope
            pull acme/nope           |   1 | Error response from daemon: manifest for acme/nope:latest not found
            swarm init               |   1 | docker: 'docker swarm' needs Docker Engine in swarm mode
            context use nope         |   1 | context "nope": context not found
            context create far       |   1 | docker: 'docker context create' needs Docker Engine
            network create net       |   1 | docker: 'docker network' needs Docker Engine
            compose up               |   1 | docker: 'docker compose' needs Docker Compose and Docker Engine
            """)
    void faults_are_told_as_docker_tells_them(String words, int code, String text) {
        Outcome ended = docker(words.strip().split(" "));
        assertThat(ended.err()).startsWith(text.strip());
        assertThat(ended.code()).isEqualTo(code);
    }

    @Test
    void an_image_is_pulled_listed_inspected_saved_loaded_and_removed() throws Exception {
        assertThat(docker("pull", "acme/base:1").passed().out())
                .startsWith("1: Pulling from acme/base\n")
                .endsWith("Status: Downloaded newer image for acme/base:1\ndocker.io/acme/base:1\n");
        assertThat(docker("pull", "acme/base:1").passed().out()).contains("Status: Image is up to date");
        String id = docker("images", "-q", "--no-trunc").passed().out().strip();
        assertThat(docker("images").passed().out())
                .containsPattern("REPOSITORY   TAG       IMAGE ID       CREATED  +SIZE\nacme/base    1         "
                        + id.substring(7, 19) + "   ");
        assertThat(docker(
                                "image",
                                "inspect",
                                "acme/base:1",
                                "--format",
                                "{{.Id}} {{.Config.Labels.level}} {{json .Config.Entrypoint}}")
                        .passed()
                        .out())
                .isEqualTo(id + " base [\"sh\"]\n");
        assertThat(docker("inspect", "nope").err()).isEqualTo("Error: No such object: nope\n");
        assertThat(docker("history", "acme/base:1", "--format", "{{.CreatedBy}}")
                        .passed()
                        .out())
                .startsWith("ENTRYPOINT [\"sh\"]\n");
        Path archive = folder.resolve("image.tar");
        docker("save", "-o", archive.toString(), "acme/base:1").passed();
        assertThat(docker("rmi", "acme/base:1").passed().out())
                .isEqualTo("Untagged: acme/base:1\nDeleted: " + id + "\n");
        assertThat(docker("images", "-q").passed().out()).isEmpty();
        assertThat(docker("load", "-i", archive.toString()).passed().out()).isEqualTo("Loaded image: acme/base:1\n");
        assertThat(docker("images", "--filter", "reference=acme/*", "--format", "{{.Repository}}:{{.Tag}}")
                        .passed()
                        .out())
                .isEqualTo("acme/base:1\n");
        assertThat(docker("images", "--filter", "label=level=other", "-q")
                        .passed()
                        .out())
                .isEmpty();
        docker("tag", id.substring(7, 19), "acme/base:2").passed();
        assertThat(docker("image", "prune", "-a", "-f").passed().out())
                .contains(
                        "untagged: acme/base:1\n",
                        "untagged: acme/base:2\n",
                        "deleted: " + id,
                        "Total reclaimed space: ");
    }

    @Test
    void what_needs_an_engine_tells_what_does_not() {
        assertThat(docker("network", "create", "net").err()).contains("'--network container:NAME'");
        assertThat(docker("compose", "build").err()).contains("'docker buildx bake'");
    }

    @Test
    void the_one_context_is_shown_chosen_and_inspected() {
        assertThat(docker("context", "show").passed().out()).isEqualTo("default\n");
        assertThat(docker("context", "use", "default").passed())
                .returns("default\n", Outcome::out)
                .returns("Current context is now \"default\"\n", Outcome::err);
        assertThat(docker("context", "ls").passed().out()).isEqualTo("""
                        NAME        DESCRIPTION                               DOCKER ENDPOINT               ERROR
                        default *   Current DOCKER_HOST based configuration   unix:///var/run/docker.sock  \s
                        """);
        assertThat(docker("context", "ls", "--format", "{{.Name}} {{.Current}}")
                        .passed()
                        .out())
                .isEqualTo("default true\n");
        assertThat(docker("context", "inspect", "-f", "{{.Endpoints.docker.Host}}")
                        .passed()
                        .out())
                .isEqualTo("unix:///var/run/docker.sock\n");
        assertThat(docker("context", "inspect").passed().out())
                .contains("\"MetadataPath\": \"\\u003cIN MEMORY\\u003e\"");
    }

    @Test
    void skopeos_archive_of_the_old_form_is_loaded_too() throws Exception {
        Path archive = folder.resolve("old.tar");
        DockerRegistry.skopeo(
                "copy",
                "--src-tls-verify=false",
                "docker://" + registry.domain() + "/acme/base:1",
                "docker-archive:" + archive + ":acme/old:3");
        assertThat(docker("load", "--input", archive.toString()).passed().out())
                .isEqualTo("Loaded image: acme/old:3\n");
        docker("tag", "acme/old:3", "acme/old:4").passed();
        assertThat(docker("push", "acme/old", "--all-tags").passed().out())
                .containsPattern("3: digest: sha256:[0-9a-f]{64} size: ")
                .containsPattern("4: digest: sha256:[0-9a-f]{64} size: ");
        DockerRegistry.skopeo("inspect", "--tls-verify=false", "docker://" + registry.domain() + "/acme/old:4");
    }

    @Test
    void lists_of_manifests_are_made_annotated_and_pushed() {
        docker("pull", "acme/base:1").passed();
        for (String tag : List.of("a", "b")) {
            docker("tag", "acme/base:1", "acme/part:" + tag).passed();
            docker("push", "-q", "acme/part:" + tag).passed();
        }
        assertThat(docker("manifest", "create", "acme/list:1", "acme/part:a", "acme/part:b")
                        .passed()
                        .out())
                .isEqualTo("Created manifest list docker.io/acme/list:1\n");
        docker("manifest", "annotate", "acme/list:1", "acme/part:b", "--arch", "arm", "--variant", "v7")
                .passed();
        assertThat(docker("manifest", "push", "-p", "acme/list:1").passed().out())
                .startsWith("sha256:");
        assertThat(docker("buildx", "imagetools", "inspect", "acme/list:1")
                        .passed()
                        .out())
                .contains("Platform:  linux/arm/v7");
        assertThat(docker("manifest", "inspect", "acme/list:1").passed().out()).contains("\"variant\": \"v7\"");
        assertThat(docker("manifest", "push", "acme/list:1").err()).isEqualTo("acme/list:1 not found\n");
    }

    @Test
    void imagetools_joins_images_of_registries() {
        docker("buildx", "imagetools", "create", "-t", "acme/joined:1", "-t", "acme/joined:2", "acme/base:1")
                .passed();
        String digest = docker(
                        "buildx",
                        "imagetools",
                        "inspect",
                        "acme/joined:1",
                        "--format",
                        "{{json .Manifest}} {{(index .Manifest.Manifests 0).Platform.OS}}")
                .passed()
                .out();
        assertThat(digest)
                .contains("\"mediaType\": \"application/vnd.oci.image.index.v1+json\"")
                .endsWith(" linux");
        assertThat(docker("buildx", "imagetools", "inspect", "--raw", "acme/joined:2")
                        .passed()
                        .out())
                .startsWith("{\"schemaVersion\":2");
        assertThat(docker("buildx", "imagetools", "inspect", "acme/nope").err())
                .isEqualTo("ERROR: docker.io/acme/nope:latest: not found\n");
        assertThat(docker("buildx", "imagetools", "create", "--dry-run", "acme/base:1")
                        .passed()
                        .out())
                .contains("\"manifests\": [");
    }

    @Test
    void files_become_an_image_with_changes() throws Exception {
        Path tar = folder.resolve("files.tar");
        Path root = Files.createDirectories(folder.resolve("files"));
        Files.writeString(root.resolve("hello"), "hello\n");
        assertThat(new ProcessBuilder("tar", "-czf", tar.toString(), "-C", root.toString(), ".")
                        .start()
                        .waitFor())
                .isZero();
        String id = docker("import", "-c", "ENV A=b", "-c", "CMD [\"/hello\"]", tar.toString(), "acme/imported")
                .passed()
                .out();
        assertThat(id).startsWith("sha256:");
        assertThat(docker("inspect", "acme/imported", "-f", "{{index .Config.Env 1}} {{.Config.Cmd}}")
                        .passed()
                        .out())
                .isEqualTo("A=b [/hello]\n");
    }

    @Test
    void what_takes_room_is_told_and_builds_are_remembered() throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        String id = docker("build", "-q", "-t", "acme/built", context.toString())
                .passed()
                .out();
        assertThat(id).matches("sha256:[0-9a-f]{64}\n");
        assertThat(docker("images", "-q", "--no-trunc").passed().out()).isEqualTo(id);
        assertThat(docker("system", "df").passed().out())
                .startsWith("TYPE            TOTAL     ACTIVE    SIZE ")
                .contains("Images          1 ");
        assertThat(docker("buildx", "history", "ls", "--format", "{{.Name}} {{.Status}}")
                        .passed()
                        .out())
                .isEqualTo("context Completed\n");
        Files.writeString(context.resolve("Dockerfile"), "FRM scratch\n");
        Outcome failed = docker("build", context.toString());
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("ERROR: failed to build: failed to solve: ");
        assertThat(docker("system", "prune", "-a", "-f").passed().out()).contains("Total reclaimed space: ");
        assertThat(docker("images", "-q").passed().out()).isEmpty();
    }
}
