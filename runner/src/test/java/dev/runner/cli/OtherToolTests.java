package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.OciLayout;
import dev.runner.registry.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Skopeo and Buildah take every kind of image that a build gives, and give it back as it was. */
class OtherToolTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    static Path folder;

    private static Path context;
    private static Program program;

    @BeforeAll
    static void write() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
        program = Program.at(folder.resolve("home"));
        context = Files.createDirectories(folder.resolve("context"));
        Files.copy(BUSYBOX, context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/
                COPY busybox /bin/sh
                WORKDIR /work
                COPY Dockerfile ./a
                ENV GREETING=hello
                CMD ["/bin/sh", "-c", "echo $GREETING"]
                """);
    }

    private static String build(String... words) {
        List<String> all = new ArrayList<>(List.of("build", "-q"));
        all.addAll(List.of(words));
        all.add(context.toString());
        return program.run(all.toArray(String[]::new)).passed().out().strip();
    }

    private static String sh(String script) throws Exception {
        return RemoteContextTests.sh(folder, script);
    }

    private static void copy(String from, String to) throws Exception {
        sh("skopeo copy -q --insecure-policy --all --src-tls-verify=false --dest-tls-verify=false " + from + " " + to);
    }

    private static String digest(Path layout) throws IOException {
        return OciLayout.at(layout).index().manifests().getFirst().digest().toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|",
                "zstd|",
                "uncompressed|",
                "estargz|",
                "gzip|,oci-mediatypes=false",
                "gzip|,tar=true",
                "zstd|,platforms",
                "gzip|,oci-mediatypes=false,platforms",
                "estargz|,tar=true,platforms",
                "gzip|,attestations"
            })
    void a_layout_goes_to_a_folder_and_back(String compression, String more) throws Exception {
        String name = compression + (more == null ? "" : more.replace(',', '-').replace("=", ""));
        List<String> words = new ArrayList<>();
        String output = "-o=type=oci,dest=" + folder.resolve(name) + ",compression=" + compression;
        for (String part : (more == null ? "" : more).split(",")) {
            switch (part) {
                case "" -> {}
                case "platforms" -> words.add("--platform=linux/amd64,linux/arm64,linux/arm/v7");
                case "attestations" -> words.addAll(List.of("--provenance=mode=max", "--sbom=true"));
                default -> output += "," + part;
            }
        }
        boolean tar = output.contains("tar=true");
        words.add(tar ? output : output + ",tar=false");
        String built = build(words.toArray(String[]::new));
        copy((tar ? "oci-archive:" : "oci:") + name, "dir:" + name + "-folder");
        assertThat("sha256:" + sh("sha256sum < " + name + "-folder/manifest.json | cut -d' ' -f1"))
                .isEqualTo(built);
        if (output.contains("oci-mediatypes=false")) {
            return; // Skopeo makes OCI's types of Docker's in a layout; a registry below takes them back.
        }
        copy("--dest-oci-accept-uncompressed-layers dir:" + name + "-folder", "oci:" + name + "-back");
        assertThat(digest(folder.resolve(name + "-back"))).isEqualTo(built);
    }

    @Test
    void a_docker_archive_goes_to_a_folder_and_back() throws Exception {
        build("-t", "a:1", "--iidfile=" + folder.resolve("iid"), "-o", "type=docker,dest=" + folder.resolve("d.tar"));
        copy("docker-archive:d.tar", "dir:archive-folder");
        assertThat(
                        sh(
                                "sed 's/.*\"digest\":\"\\(sha256:[0-9a-f]*\\)\"},\"layers\".*/\\1/' archive-folder/manifest.json"))
                .isEqualTo(Files.readString(folder.resolve("iid")));
        copy("dir:archive-folder", "docker-archive:back.tar:a:1");
        copy("docker-archive:back.tar", "dir:archive-again");
        sh("diff -r archive-folder archive-again");
    }

    @ParameterizedTest
    @CsvSource({"oci,linux/amd64", "docker,'linux/arm64,linux/amd64'", "zstd,'linux/amd64,linux/arm/v7'"})
    void what_a_registry_has_goes_to_a_folder_and_back(String kind, String platforms) throws Exception {
        String how = kind.equals("docker") ? ",oci-mediatypes=false" : kind.equals("zstd") ? ",compression=zstd" : "";
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry-" + kind))) {
            String name = registry.domain() + "/skopeo:1";
            String built = build("--platform=" + platforms, "-o", "type=image,push=true,name=" + name + how);
            copy("docker://" + name, "dir:" + kind + "-pulled");
            copy("dir:" + kind + "-pulled", "docker://" + registry.domain() + "/back:1");
            assertThat(sh("skopeo inspect --raw --tls-verify=false docker://" + registry.domain()
                            + "/back:1 | sha256sum | cut -d' ' -f1"))
                    .isEqualTo(built.substring("sha256:".length()));
        }
    }

    @ParameterizedTest
    @CsvSource({"gzip,true", "zstd,true", "estargz,true", "uncompressed,true", "gzip,false"})
    void buildah_starts_from_an_image_and_runs_it(String compression, boolean oci) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/buildah")), "buildah is not installed");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "this test's Buildah needs root");
        Path place = folder.resolve("buildah-" + compression + oci);
        try (DockerRegistry registry = DockerRegistry.start(place.resolve("registry"))) {
            String name = registry.domain() + "/buildah:1";
            build(
                    "--platform=linux/arm64,linux/amd64",
                    "-o",
                    "type=image,push=true,name=" + name + ",compression=" + compression + ",oci-mediatypes=" + oci);
            String buildah = "buildah --storage-driver=vfs --root=" + place + "/root --runroot=" + place + "/run ";
            Files.writeString(place.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
            String container =
                    sh(buildah + "from -q --tls-verify=false --signature-policy=" + place + "/policy.json " + name);
            assertThat(sh(buildah + "run --isolation=chroot " + container
                            + " -- /bin/sh -c 'echo $GREETING; /bin/busybox pwd'"))
                    .isEqualTo("hello\n/work");
            sh(buildah + "rm " + container);
        }
    }
}
