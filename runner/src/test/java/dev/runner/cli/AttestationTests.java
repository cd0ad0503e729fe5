package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.Program.Outcome;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Provenance and lists of packages, as they hang on an image. */
class AttestationTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private Program program;
    private Path context;
    private Path out;

    @BeforeEach
    void start() throws IOException {
        program = Program.at(folder.resolve("home"));
        context = Files.createDirectories(folder.resolve("context"));
        out = folder.resolve("out");
        RemoteContextTests.write(context.resolve("Dockerfile"), "FROM scratch\nARG TOKEN\nCOPY root /\n");
        RemoteContextTests.write(context.resolve("root/etc/os-release"), "ID=debian\nVERSION_ID=\"12\"\n");
    }

    private void build(String... words) {
        List<String> all = new ArrayList<>(List.of("build", "-o", "type=oci,tar=false,dest=" + out));
        all.addAll(List.of(words));
        all.add(context.toString());
        program.run(all.toArray(String[]::new)).passed();
    }

    private OciLayout layout() throws IOException {
        return OciLayout.at(out);
    }

    private Index index() throws IOException {
        return Index.parse(layout().read(layout().index().manifests().getFirst()));
    }

    private JsonNode statement(String type) throws IOException {
        return statements(type).getFirst();
    }

    /** The statements about the first platform, by predicate type. */
    private List<JsonNode> statements(String type) throws IOException {
        Descriptor attestation = index().manifests().stream()
                .filter(entry -> entry.annotations().containsKey("vnd.docker.reference.type"))
                .findFirst()
                .orElseThrow();
        List<JsonNode> statements = new ArrayList<>();
        for (Descriptor layer : Manifest.parse(layout().read(attestation)).layers()) {
            if (type.equals(layer.annotations().get("in-toto.io/predicate-type"))) {
                statements.add(JSON.readTree(layout().read(layer)));
            }
        }
        assertThat(statements).as(type).isNotEmpty();
        return statements;
    }

    @Test
    void nobody_sees_unknown_platforms_unasked() throws IOException {
        build();
        assertThat(layout().index().manifests()).allMatch(entry -> MediaTypes.isManifest(entry.mediaType()));
    }

    @Test
    void an_attestation_hangs_on_its_image_as_buildkit_does_it() throws IOException {
        build("-t", "example.org/app:1", "--platform=linux/amd64,linux/arm64", "--provenance", "--sbom=true");
        List<Descriptor> entries = index().manifests();
        assertThat(entries)
                .extracting(entry -> String.valueOf(entry.platform()))
                .containsExactly("linux/amd64", "linux/arm64", "unknown/unknown", "unknown/unknown");
        assertThat(entries.get(2).annotations())
                .containsEntry("vnd.docker.reference.type", "attestation-manifest")
                .containsEntry(
                        "vnd.docker.reference.digest", entries.get(0).digest().toString());
        Manifest attestation = Manifest.parse(layout().read(entries.get(2)));
        assertThat(attestation.layers()).allMatch(layer -> layer.mediaType().equals("application/vnd.in-toto+json"));
        assertThat(attestation.subject()).isNotNull();
        JsonNode statement = statement("https://slsa.dev/provenance/v1");
        assertThat(statement.path("_type").asString()).isEqualTo("https://in-toto.io/Statement/v0.1");
        assertThat(statement.path("subject").get(0).path("name").asString())
                .isEqualTo("pkg:docker/example.org/app@1?platform=linux%2Famd64");
        assertThat(statement
                        .path("subject")
                        .get(0)
                        .path("digest")
                        .path("sha256")
                        .asString())
                .isEqualTo(entries.get(0).digest().hex());
        assertThat(statement("https://spdx.dev/Document")
                        .path("predicate")
                        .path("spdxVersion")
                        .asString())
                .isEqualTo("SPDX-2.3");
    }

    @Test
    void the_least_provenance_has_no_arguments_and_the_most_has_no_secrets() throws Exception {
        String arguments =
                "--build-arg=VERSION=7 --build-arg=TOKEN=geheim --build-arg=URL=https://me:geheim@example.org/";
        List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
        program.with("PW", "geheim");
        words.addAll(List.of("--secret=id=pw,env=PW", "--build-arg=OTHER=x-geheim-y"));
        build(Stream.concat(words.stream(), Stream.of("--provenance=mode=min")).toArray(String[]::new));
        JsonNode least = statement("https://slsa.dev/provenance/v1").path("predicate");
        assertThat(least.path("buildDefinition")
                        .path("externalParameters")
                        .path("request")
                        .path("args")
                        .size())
                .isZero();
        out = folder.resolve("max");
        words.add("--metadata-file=" + folder.resolve("metadata.json"));
        words.add("--attest=type=provenance,mode=max,builder-id=https://example.org/b/1,reproducible=true");
        build(words.toArray(String[]::new));
        JsonNode most = statement("https://slsa.dev/provenance/v1").path("predicate");
        assertThat(most.at("/runDetails/builder/id").asString("")).isEqualTo("https://example.org/b/1");
        assertThat(most.at("/runDetails/metadata/buildkit_reproducible").asBoolean(false))
                .isTrue();
        assertThat(least.at("/runDetails/builder/id").asString("?")).isEmpty();
        JsonNode request =
                most.path("buildDefinition").path("externalParameters").path("request");
        assertThat(request.path("args").path("build-arg:VERSION").asString()).isEqualTo("7");
        assertThat(request.path("args").path("build-arg:TOKEN").asString()).isEqualTo("***");
        assertThat(request.path("args").path("build-arg:URL").asString()).isEqualTo("https://xxxxx:xxxxx@example.org/");
        assertThat(request.path("secrets").get(0).path("id").asString()).isEqualTo("pw");
        assertThat(most.toString()).doesNotContain("geheim");
        assertThat(JSON.readTree(Files.readString(folder.resolve("metadata.json")))
                        .path("buildx.build.provenance"))
                .isEqualTo(most);
    }

    @Test
    void provenance_names_the_commit_of_the_context() throws Exception {
        RemoteContextTests.sh(context, "git init -q && git add . && git commit -q -m one");
        build("--provenance=true");
        JsonNode metadata = statement("https://slsa.dev/provenance/v1")
                .path("predicate")
                .path("runDetails")
                .path("metadata");
        assertThat(metadata.path("buildkit_metadata")
                        .path("vcs")
                        .path("revision")
                        .asString())
                .isEqualTo(RemoteContextTests.sh(context, "git rev-parse HEAD"));
    }

    @Test
    void base_images_and_what_add_fetches_are_materials() throws Exception {
        program.run("build", "-t", "example.org/base:1", context.toString()).passed();
        Path web = Files.createDirectories(folder.resolve("web"));
        RemoteContextTests.write(web.resolve("f.txt"), "f");
        try (WebFolder server = WebFolder.of(web)) {
            RemoteContextTests.write(
                    context.resolve("Dockerfile"), "FROM example.org/base:1\nADD " + server.url("f.txt") + " /\n");
            build("--provenance=true");
        }
        JsonNode materials = statement("https://slsa.dev/provenance/v1")
                .path("predicate")
                .path("buildDefinition")
                .path("resolvedDependencies");
        assertThat(materials.size()).isEqualTo(2);
        assertThat(materials.get(0).path("uri").asString()).startsWith("http://127.0.0.1");
        assertThat(materials.get(1).path("uri").asString())
                .startsWith("pkg:docker/example.org/base@1?digest=sha256:")
                .endsWith("&platform=linux%2Famd64");
    }

    private void packages() throws Exception {
        Path root = context.resolve("root");
        RemoteContextTests.write(
                root.resolve("var/lib/dpkg/status"),
                "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2:2.36-9+deb12u1\n\n"
                        + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n");
        RemoteContextTests.write(
                root.resolve("lib/apk/db/installed"), "C:Q1x\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\n");
        RemoteContextTests.write(
                root.resolve("app/node_modules/@scope/pkg/package.json"),
                "{\"name\": \"@scope/pkg\", \"version\": \"1.2.3\", \"license\": \"ISC\"}");
        RemoteContextTests.write(
                root.resolve("usr/lib/python3/site-packages/My_Pkg-4.5.dist-info/METADATA"),
                "Metadata-Version: 2.1\nName: My_Pkg\nVersion: 4.5\nLicense: BSD\n\nText\n");
        Files.createDirectories(root.resolve("srv"));
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(root.resolve("srv/app.jar")))) {
            jar.putNextEntry(new ZipEntry("META-INF/maven/org.acme/lib/pom.properties"));
            jar.write("groupId=org.acme\nartifactId=lib\nversion=9.1\n"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private List<String> urls() throws IOException {
        List<String> urls = new ArrayList<>();
        statement("https://spdx.dev/Document")
                .path("predicate")
                .path("packages")
                .forEach(one -> urls.add(
                        one.path("externalRefs").get(0).path("referenceLocator").asString()));
        return urls;
    }

    @Test
    void packages_of_every_kind_are_found() throws Exception {
        packages();
        build("--sbom=format=both");
        assertThat(urls())
                .containsExactly(
                        "pkg:apk/debian/musl@1.2.5-r0?arch=x86_64&distro=debian-12",
                        "pkg:deb/debian/libc6@2:2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12",
                        "pkg:maven/org.acme/lib@9.1",
                        "pkg:npm/%40scope/pkg@1.2.3",
                        "pkg:pypi/my-pkg@4.5");
        JsonNode bom = statement("https://cyclonedx.org/bom").path("predicate");
        assertThat(bom.path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(bom.path("components").size()).isEqualTo(6);
    }

    @Test
    void modules_of_a_real_go_program_are_found() throws Exception {
        Path go = Stream.of("/usr/sbin/runc", "/usr/bin/runc", "/usr/bin/skopeo")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(go != null, "no Go program is installed");
        Path copy = context.resolve("root/bin/program");
        Files.createDirectories(copy.getParent());
        Files.copy(go, copy);
        build("--sbom");
        assertThat(urls()).anyMatch(url -> url.startsWith("pkg:golang/stdlib@1."));
    }

    @Test
    void modules_that_a_go_program_lists_are_found_with_their_replacements() throws Exception {
        String modules = "path\texample.org/app\nmod\texample.org/app\t(devel)\t\n"
                + "dep\tgolang.org/x/sys\tv0.1.0\th1:x\ndep\texample.org/old\tv1.0.0\n=>\texample.org/new\tv2.0.0\th1:y\n";
        java.nio.ByteBuffer program = java.nio.ByteBuffer.allocate(3 << 20);
        program.put(new byte[] {0x7F, 'E', 'L', 'F'});
        program.position((2 << 20) + 32);
        program.put((byte) 0xFF).put(" Go buildinf:".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        program.put((byte) 8).put((byte) 2).position((2 << 20) + 64);
        program.put((byte) 6).put("go1.25".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        int length = modules.length() + 32;
        program.put((byte) (length & 0x7F | 0x80)).put((byte) (length >> 7)).put(new byte[16]);
        program.put(modules.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Path file = context.resolve("root/bin/program");
        Files.createDirectories(file.getParent());
        Files.write(file, program.array());
        RemoteContextTests.sh(folder, "chmod 755 " + file);
        build("--sbom");
        assertThat(urls())
                .containsExactly(
                        "pkg:golang/example.org/app",
                        "pkg:golang/example.org/new@v2.0.0",
                        "pkg:golang/golang.org/x/sys@v0.1.0",
                        "pkg:golang/stdlib@1.25");
    }

    @Test
    void packages_of_rpm_are_read_from_sqlite() throws Exception {
        Path script = folder.resolve("make.py");
        RemoteContextTests.write(script, """
                import sqlite3, struct, sys
                def header(name, pad):
                    tags = [(1000, 6, name), (1001, 6, '1.0'), (1002, 6, '2.el9'), (1014, 6, 'MIT' + 'x' * pad), (1022, 6, 'x86_64')]
                    store, entries = b'', b''
                    for tag, kind, value in tags:
                        entries += struct.pack('>IIII', tag, kind, len(store), 1)
                        store += value.encode() + b'\\0'
                    return struct.pack('>II', len(tags), len(store)) + entries + store
                db = sqlite3.connect(sys.argv[1])
                db.execute("CREATE TABLE Other (a)")
                db.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
                for i in range(300):
                    db.execute("INSERT INTO Packages VALUES (?, ?)", (i + 1, header('pkg%d' % i, i * 100)))
                db.commit()
                """);
        Assumptions.assumeTrue(
                new ProcessBuilder("python3", "-c", "import sqlite3").start().waitFor() == 0, "no sqlite in python3");
        Files.createDirectories(context.resolve("root/var/lib/rpm"));
        RemoteContextTests.sh(folder, "python3 make.py context/root/var/lib/rpm/rpmdb.sqlite");
        build("--sbom");
        assertThat(urls()).hasSize(300).contains("pkg:rpm/debian/pkg299@1.0-2.el9?arch=x86_64&distro=debian-12");
    }

    @Test
    void stages_and_the_context_are_scanned_where_an_arg_says_so() throws IOException {
        RemoteContextTests.write(context.resolve("tools/lib/apk/db/installed"), "P:curl\nV:8.9-r0\nA:x86_64\n\n");
        RemoteContextTests.write(context.resolve("Dockerfile"), """
                ARG BUILDKIT_SBOM_SCAN_STAGE=tools
                FROM scratch AS tools
                COPY tools /
                FROM scratch AS other
                ARG BUILDKIT_SBOM_SCAN_STAGE
                COPY root /
                FROM scratch
                ARG BUILDKIT_SBOM_SCAN_CONTEXT=false
                COPY --from=tools /lib /unscanned
                COPY --from=other /etc /etc
                """);
        build("--sbom", "--build-arg", "BUILDKIT_SBOM_SCAN_CONTEXT=true");
        Map<String, List<String>> packages = new TreeMap<>();
        for (JsonNode statement : statements("https://spdx.dev/Document")) {
            JsonNode document = statement.path("predicate");
            List<String> names = new ArrayList<>();
            document.path("packages").forEach(one -> names.add(one.path("name").asString()));
            packages.put(document.path("name").asString().replaceFirst("^sha256:.*", "image"), names);
        }
        assertThat(packages)
                .isEqualTo(Map.of("image", List.of(), "sbom-context", List.of("curl"), "sbom-tools", List.of("curl")));
        build("--sbom");
        assertThat(statements("https://spdx.dev/Document")).hasSize(2);
        Outcome undeclared =
                program.run("build", "--build-arg", "BUILDKIT_SBOM_SCAN_PLACE=1", "-q", context.toString());
        assertThat(undeclared.passed().out()).startsWith("sha256:");
    }

    @Test
    void an_epoch_makes_attestations_the_same_everywhere() throws Exception {
        packages();
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            digests.add(Program.at(folder.resolve("machine" + i))
                    .with("SOURCE_DATE_EPOCH", "1600000000")
                    .run("build", "-q", "--provenance=mode=max", "--sbom=format=both", context.toString())
                    .passed()
                    .out());
        }
        assertThat(digests.get(0)).isEqualTo(digests.get(1));
    }

    @Test
    void what_is_not_known_of_attestations_is_refused() {
        assertThat(program.run("build", "--sbom=generator=x/y", context.toString())
                        .code())
                .isEqualTo(2);
        assertThat(program.run("build", "--attest=type=other", context.toString())
                        .code())
                .isEqualTo(2);
        assertThat(program.run("build", "--provenance=mode=mid", context.toString())
                        .code())
                .isEqualTo(2);
        program.run("build", "--provenance", "false", context.toString()).passed();
    }
}
