package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.DockerMachine.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command blocks of the five articles from which people know multi-platform builds, as they stand there, on a machine
 * without Docker. Only names of people are filled in, and Docker Hub is a registry on loopback.
 */
class SeedArticleTests {
    @TempDir
    static Path folder;

    private static DockerMachine machine;

    @BeforeAll
    static void start() throws Exception {
        machine = DockerMachine.start(folder);
        machine.publish(
                "alpine:latest",
                List.of("linux/amd64", "linux/arm64", "linux/arm/v7"),
                Map.of(
                        "sbin/apk",
                        "[ \"$1\" = add ] || exit 0\n"
                                + "printf '#!/bin/sh\\necho \"OpenVPN 2.4.9 %s-alpine-linux-musl\"\\n' $(uname -m)"
                                + " > /usr/sbin/openvpn; chmod +x /usr/sbin/openvpn",
                        "usr/sbin/empty",
                        "exit 0",
                        "bin/arch",
                        "uname -m"));
        machine.publish("arm64v8/ubuntu:latest", List.of("linux/arm64"), Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        if (machine != null) {
            machine.close();
        }
    }

    private static Path project(String name, String dockerfile) throws Exception {
        Path project = Files.createDirectories(folder.resolve(name));
        Files.writeString(project.resolve("Dockerfile"), dockerfile);
        machine.fresh(name);
        return project;
    }

    private static Path project(String name) throws Exception {
        return project(name, "FROM alpine\nRUN uname -m > /machine\nCMD [\"cat\", \"/machine\"]\n");
    }

    private static String platforms(String image) {
        return machine.program().run("inspect", image).passed().out();
    }

    @Test
    void article_1_a_builder_is_made_used_bootstrapped_and_builds_for_three_platforms() throws Exception {
        Path project = project("xbuilder");
        Ended made = machine.sh(project, """
                docker buildx create --name xbuilder
                docker buildx use xbuilder
                docker run --rm --privileged linuxkit/binfmt:v0.8 #latest as of writing
                docker buildx inspect --bootstrap
                docker buildx ls
                """);
        assertThat(made.passed().output())
                .startsWith("xbuilder\n")
                .contains("Name:   xbuilder\nDriver: docker-container\n\nNodes:\n")
                .contains("Endpoint:         unix:///var/run/docker.sock\nStatus:           running\n")
                .containsPattern("Platforms:        linux/amd64, linux/arm64, .*linux/arm/v7, linux/arm/v6")
                .contains("xbuilder*       docker-container")
                .contains(" \\_ xbuilder0");
        machine.sh(
                        project,
                        "docker buildx build --platform=linux/amd64,linux/arm/v7,linux/arm64 --push"
                                + " -t jdreinhardt/test:latest .")
                .passed();
        assertThat(platforms("jdreinhardt/test:latest"))
                .contains("Platform:  linux/amd64", "Platform:  linux/arm/v7", "Platform:  linux/arm64");
    }

    @Test
    void article_2_a_builder_for_a_project_first_builds_and_then_pushes() throws Exception {
        Path project = project("project");
        Ended built = machine.sh(project, """
                export PROJECT=projectname VERSION=1.0
                docker buildx create --name ${PROJECT}
                docker buildx use ${PROJECT}
                docker buildx build --platform linux/amd64,linux/arm64,linux/arm/v7 -t ${PROJECT}:${VERSION} .
                docker buildx build --platform linux/amd64,linux/arm64,linux/arm/v7 -t ${PROJECT}:${VERSION} . --push
                """);
        assertThat(built.passed().output())
                .contains("WARNING: No output specified with docker-container driver. Build result will only remain in"
                        + " the build cache. To push result image into registry use --push or to load image into docker"
                        + " use --load");
        assertThat(platforms("projectname:1.0")).contains("linux/amd64", "linux/arm64", "linux/arm/v7");
    }

    @Test
    void article_3_builders_are_inspected_and_configured_by_a_file() throws Exception {
        Path project = project("configured");
        Files.writeString(project.resolve("buildkitd.toml"), "[worker.oci]\n  gc = true\n  gckeepstorage = 20000\n");
        Ended ended = machine.sh(project, """
                docker buildx inspect default
                docker buildx create --name builder-test --config buildkitd.toml
                docker buildx use builder-test
                docker buildx inspect --bootstrap
                docker buildx inspect builder-test
                """);
        assertThat(ended.passed().output())
                .startsWith("Name:   default\nDriver: docker\n\nNodes:\n")
                .contains("Name:   builder-test\nDriver: docker-container\n")
                .contains("Name:             builder-test0\n")
                .contains("Reserved Space: 18.63GiB")
                .contains("File#buildkitd.toml:\n > [worker.oci]\n >   gc = true\n >   gckeepstorage = 20000\n");
    }

    @Test
    void article_3_garbage_collection_is_set_by_a_file_or_by_flags() throws Exception {
        Path project = project("collected");
        Files.writeString(project.resolve("buildkitd.toml"), "[worker.oci]\n  gc = true\n  gckeepstorage = 20000\n");
        String byFile = machine.sh(project, "docker buildx create --config=buildkitd.toml")
                .passed()
                .output()
                .strip();
        String byFlags = machine.sh(
                        project,
                        "docker buildx create --buildkitd-flags '--oci-worker-gc --oci-worker-gc-keepstorage 20000'")
                .passed()
                .output()
                .strip();
        String settings = "reserved-space: 20000000000";
        Program program = machine.program();
        assertThat(program.run("docker", "buildx", "inspect", "--bootstrap", byFile)
                        .passed()
                        .out())
                .contains("Reserved Space: 18.63GiB");
        assertThat(program.run("docker", "buildx", "inspect", "--bootstrap", byFlags)
                        .passed()
                        .out())
                .contains("BuildKit daemon flags: --oci-worker-gc --oci-worker-gc-keepstorage 20000")
                .contains("Reserved Space: 18.63GiB");
        assertThat(program.run("cache", "gc", "--policy={enabled: true, " + settings + "}")
                        .code())
                .isZero();
    }

    @Test
    void article_3_emulation_is_installed_and_tried_out() throws Exception {
        Path project = project("emulation");
        Ended ended = machine.sh(project, """
                docker run --privileged --rm tonistiigi/binfmt --install all
                docker run --rm -t arm64v8/ubuntu uname -m  # Testing the emulation environment
                docker run --rm --privileged multiarch/qemu-user-static --reset -p yes
                """);
        assertThat(ended.passed().output().lines())
                .contains("installing: arm64 OK", "aarch64")
                .anyMatch(line -> line.matches("Setting .*qemu-aarch64.* as binfmt interpreter for aarch64"));
    }

    @Test
    void article_4_images_of_one_platform_are_built_run_tagged_and_pushed() throws Exception {
        Path project = project("native", "FROM alpine\n");
        Ended ended = machine.sh(project, """
                export IMAGE_REPO=iben12/multi-arch-demo
                docker build -t ${IMAGE_REPO}:native .
                docker run --rm ${IMAGE_REPO}:native arch
                docker build --platform linux/amd64 -t ${IMAGE_REPO}:amd64 .
                docker run --rm ${IMAGE_REPO}:amd64 arch
                docker build --platform linux/arm64 -t ${IMAGE_REPO}:arm64 .
                docker run --rm ${IMAGE_REPO}:arm64 arch
                docker tag ${IMAGE_REPO}:native ${IMAGE_REPO}:amd64
                docker rmi ${IMAGE_REPO}:native
                docker push ${IMAGE_REPO} --all-tags
                docker image ls | grep ${IMAGE_REPO}
                """);
        assertThat(ended.passed().output())
                .contains("x86_64\n")
                .contains("aarch64\n")
                .contains("Untagged: iben12/multi-arch-demo:native\n")
                .contains("The push refers to repository [docker.io/iben12/multi-arch-demo]\n")
                .containsPattern("amd64: digest: sha256:[0-9a-f]{64} size: \\d+\n")
                .containsPattern("arm64: digest: sha256:[0-9a-f]{64} size: \\d+\n")
                .containsPattern("iben12/multi-arch-demo   arm64     [0-9a-f]{12}   ")
                .containsPattern("iben12/multi-arch-demo   amd64     [0-9a-f]{12}   ");
        assertThat(platforms("iben12/multi-arch-demo:arm64")).contains("linux/arm64");
    }

    @Test
    void article_4_the_default_builder_takes_one_platform_and_a_new_one_several() throws Exception {
        Path project = project("multi");
        Ended refused = machine.sh(
                project,
                "export IMAGE_REPO=iben12/multi-arch-demo\n"
                        + "docker buildx build --platform linux/amd64,linux/arm64 -t ${IMAGE_REPO}:multi-arch .");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output())
                .startsWith("ERROR: failed to build: Multi-platform build is not supported for the docker driver.");
        Ended ended = machine.sh(project, """
                export IMAGE_REPO=iben12/multi-arch-demo
                docker buildx create --name multi-arch --use
                docker buildx build --platform linux/amd64,linux/arm64 -t ${IMAGE_REPO}:multi-arch .
                docker image ls
                docker buildx build --platform linux/amd64,linux/arm64 -t ${IMAGE_REPO}:multi-arch . --push
                docker buildx imagetools inspect ${IMAGE_REPO}:multi-arch
                docker run --privileged --rm tonistiigi/binfmt --install all
                docker buildx ls
                docker buildx build --platform linux/amd64,linux/arm64 -t ${IMAGE_REPO}:multi-arch-on-linux . --push
                """);
        assertThat(ended.passed().output())
                .contains("WARNING: No output specified with docker-container driver.")
                .contains("REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n")
                .contains("multi-arch*");
        String name = "docker.io/iben12/multi-arch-demo:multi-arch";
        assertThat(ended.output().replaceAll("sha256:[0-9a-f]{64}", "DIGEST"))
                .contains(String.join(
                        "\n",
                        "Name:      " + name,
                        "MediaType: application/vnd.oci.image.index.v1+json",
                        "Digest:    DIGEST",
                        "           ",
                        "Manifests: ",
                        "  Name:      " + name + "@DIGEST",
                        "  MediaType: application/vnd.oci.image.manifest.v1+json",
                        "  Platform:  linux/amd64",
                        "             ",
                        "  Name:      " + name + "@DIGEST",
                        "  MediaType: application/vnd.oci.image.manifest.v1+json",
                        "  Platform:  linux/arm64",
                        ""));
        Ended loaded = machine.sh(project, "docker buildx build --platform linux/amd64,linux/arm64 -t both --load .");
        assertThat(loaded.code()).isEqualTo(1);
        assertThat(loaded.output()).contains("docker exporter does not currently support exporting manifest lists");
        machine.sh(project, "docker buildx build --platform linux/arm64 -t one --load . && docker image inspect one")
                .passed();
    }

    @Test
    void article_4_a_login_without_words_uses_what_is_known() throws Exception {
        Path project = project("login");
        Ended unknown = machine.sh(project, "docker login < /dev/null");
        assertThat(unknown.output()).isEqualTo("Error: Cannot perform an interactive login from a non TTY device\n");
        Ended known = machine.sh(project, """
                echo secret | docker login --username iben12 --password-stdin
                docker login
                docker logout
                """);
        assertThat(known.passed().output())
                .contains("Login Succeeded\nAuthenticating with existing credentials...\nLogin Succeeded\n")
                .endsWith("Removing login credentials for https://index.docker.io/v1/\n");
    }

    @Test
    void article_5_a_builder_becomes_able_and_an_image_for_another_machine_is_pulled_and_run() throws Exception {
        Path project = project("openvpn", "");
        Ended ended = machine.sh(project, """
                docker buildx inspect --bootstrap
                docker buildx create --use
                docker run --rm --privileged multiarch/qemu-user-static --reset -p yes
                docker buildx inspect --bootstrap
                cat <<EOF > Dockerfile
                FROM alpine:latest
                RUN apk update && apk add openvpn
                ENTRYPOINT ["/usr/sbin/openvpn"]
                EOF
                docker buildx build -t openvpn --platform linux/amd64,linux/arm64 .
                docker buildx build -t docker.io/youruser/openvpn --platform linux/amd64,linux/arm64 . --push
                docker pull youruser/openvpn --platform linux/arm64
                docker run --rm youruser/openvpn --version
                """);
        assertThat(ended.passed().output())
                .contains("OpenVPN 2.4.9 aarch64-alpine-linux-musl\n")
                .contains("Using default tag: latest\nlatest: Pulling from youruser/openvpn\n")
                .contains("Status: Downloaded newer image for youruser/openvpn:latest\n"
                        + "docker.io/youruser/openvpn:latest\n");
    }

    @Test
    void article_5_the_build_cache_travels_with_the_image() throws Exception {
        Path project = project("cached");
        String build = "docker buildx create --use > builder\n"
                + "docker buildx build --push -t \"$CI_IMAGE\" --platform linux/amd64,linux/arm64"
                + " --cache-from \"$CI_IMAGE\" --build-arg BUILDKIT_INLINE_CACHE=1 --progress=plain .";
        machine.sh(project, "export CI_IMAGE=oofnikj/nuttssh\n" + build).passed();
        machine.fresh("cached-elsewhere");
        Ended again = machine.sh(project, "export CI_IMAGE=oofnikj/nuttssh\n" + build);
        assertThat(again.passed().output())
                .containsPattern("linux/amd64  sha256:[0-9a-f]{64}  1 of 1 cached")
                .containsPattern("linux/arm64  sha256:[0-9a-f]{64}  1 of 1 cached");
    }
}
