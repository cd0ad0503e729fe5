package dev.runner.build.embedded.buildkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Digests beside those that BuildKit 0.25.2 of Docker Engine 28.5 wrote into its caches. */
class OperationTests {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Platform AMD64 = Platform.linux("amd64", "");

    private static ExecOperation run(String script, List<String> environment, String directory, String user) {
        return new ExecOperation(
                List.of("/bin/sh", "-c", script),
                environment,
                directory,
                user,
                ExecOperation.Network.SANDBOX,
                false,
                List.of(),
                AMD64);
    }

    private static String id(Digest operation) {
        return CacheKey.source(operation).id().toString();
    }

    private static String id(FileAction... actions) {
        int source = actions[0] instanceof FileAction.Copy ? 1 : -1;
        List<FileOperation.Step> steps = Stream.of(actions)
                .map(action -> new FileOperation.Step(action, source))
                .toList();
        return id(new FileOperation(0, source + 1, steps).digest());
    }

    @Test
    void an_image_has_the_keys_that_buildkit_wrote() {
        Digest index = Digest.parse("sha256:4eeacc348ce346536bedf88deae23a809befe459c28d43b213a3529b6a980094");
        List<Digest> diffIds = Stream.of(
                        "sha256:3269b7451e159a4b920bb1ece6045647c4463fa1ca6306a5d3d24aa76966c98c",
                        "sha256:1249ffab8be5c19c0984c747469ffe7d9cf980faca5c6528170218f4e35d5fc7",
                        "sha256:ded250d1fb5ee2379bdbb4c7caf35bdb8d71edd7068aee3cc3e42ed3b71070fa")
                .map(Digest::parse)
                .toList();
        assertThat(ImageSource.keys(index, AMD64, diffIds).stream()
                        .map(key -> key.id().toString()))
                .containsExactly(
                        "sha256:f4f3ccd4c1dc2fd3d59ae46c98ab8127d5a4baef818f5113ec3a864c98462a55",
                        "sha256:63ffad00a7dcaed10c1a9ec3b4a5cc6f499665e79a226c631a45fcd582dfaba8");
    }

    @Test
    void a_run_has_the_digest_that_buildkit_wrote() {
        List<String> environment = List.of(PATH, "LANG=C", "FOO=bar", "B=2", "A=3");
        assertThat(id(run("echo \"a < b & c\" && touch /made", environment, "/app", "")
                        .digest()))
                .isEqualTo("sha256:9494e906189cf69f42b3e997c40a0f2c4f263a4bcf3113e538e4f3ad5406df2d");
        assertThat(id(run("true", environment, "/home/app", "app").digest()))
                .isEqualTo("sha256:d8d2963fe0e54d874f500c2f81a37ac3211b85bc3b0f45ca6969559d980e134c");
        assertThat(ExecOperation.ROOT)
                .hasToString("sha256:8a5edab282632443219e051e4ade2d1d5bbc671c781051bf1437897cbdfea0f1");
    }

    @Test
    void a_run_that_differs_in_anything_has_another_digest() {
        List<String> environment = List.of(PATH, "A=1", "B=2");
        ExecOperation run = run("make", environment, "/app", "app");
        List<String> arguments = run.arguments();
        ExecOperation.Network network = run.network();
        List<ExecOperation> others = List.of(
                run,
                run("make all", environment, "/app", "app"),
                run("make", List.of(PATH, "A=1"), "/app", "app"),
                run("make", List.of(PATH, "A=1", "B=3"), "/app", "app"),
                run("make", List.of(PATH, "B=2", "A=1"), "/app", "app"),
                run("make", environment, "/", "app"),
                run("make", environment, "/app", ""),
                run("make", environment, "/app", "app:app"),
                new ExecOperation(List.of("make"), environment, "/app", "app", network, false, List.of(), AMD64),
                new ExecOperation(
                        arguments, environment, "/app", "app", ExecOperation.Network.HOST, false, List.of(), AMD64),
                new ExecOperation(
                        arguments, environment, "/app", "app", ExecOperation.Network.NONE, false, List.of(), AMD64),
                new ExecOperation(arguments, environment, "/app", "app", network, true, List.of(), AMD64),
                new ExecOperation(
                        arguments, environment, "/app", "app", network, false, List.of(), Platform.linux("arm64", "")),
                new ExecOperation(
                        arguments, environment, "/app", "app", network, false, List.of(), Platform.linux("arm", "v6")),
                new ExecOperation(
                        arguments, environment, "/app", "app", network, false, List.of(), Platform.linux("arm", "v7")));
        Set<Digest> digests = others.stream().map(ExecOperation::digest).collect(Collectors.toSet());
        assertThat(digests).hasSameSizeAs(others);
    }

    /** A RUN with the environment and the folder of the captured Dockerfile. */
    private static String mounting(String script, String directory, ExecMount... mounts) {
        return id(new ExecOperation(
                        List.of("/bin/sh", "-c", script),
                        List.of(PATH, "LANG=C", "FOO=bar"),
                        directory,
                        "",
                        ExecOperation.Network.SANDBOX,
                        false,
                        List.of(mounts),
                        AMD64)
                .digest());
    }

    @Test
    void mounts_have_the_digests_that_buildkit_wrote() {
        List<String> digests = List.of(
                mounting("touch /tool", "/", new ExecMount.Cache("/root/.cache", -1, false, "/root/.cache", 0)),
                mounting(
                        "touch /tool2",
                        "/",
                        new ExecMount.Cache("/cache", -1, false, "cache", 0),
                        new ExecMount.Cache("/foo", -1, false, "foo", 2)),
                mounting("touch /tool3", "/", new ExecMount.Cache("/own", 1, false, "/own", 0)),
                mounting("touch /tool4", "/w", new ExecMount.Cache("/w/rel", -1, false, "rel", 0)),
                mounting(
                        "cat /ctx/x > /x2",
                        "/",
                        new ExecMount.Bind("/a", 1, false),
                        new ExecMount.Bind("/ctx", 1, true),
                        new ExecMount.Tmpfs("/t", false, 0)),
                mounting("/dev/pipes/EOF", "/", new ExecMount.Bind("/dev/pipes/", 1, true)));
        assertThat(digests)
                .containsExactly(
                        "sha256:fd9a35b5544bed93b241c245207a6efe1274fe710f14143645d86d338a222abe",
                        "sha256:764e7695a3fc28e82d9d460b1808a5a40c3405c94056392a0ce4ccb0a2b7a02c",
                        "sha256:a3a839bf7f8635cb752f24c0c6514864dec8e3d93a55f9eb8942b405faabb75d",
                        "sha256:3665e3ae6d4cd0be2b9cdd4c385fe164af840d432fa8fec8e3daf72976126c24",
                        "sha256:1d7a212e56e84befacf89ebd1b53998cd07d5dbcb4c93d4cd2cfadd7de125017",
                        "sha256:538438475b95a4d0748d7f5b0b227162316b1ec7117c52c9e44622abf2c25c2f");
    }

    @Test
    void actions_on_files_have_the_digests_that_buildkit_wrote() {
        assertThat(id(new FileAction.Mkdir("/app", 0755, true, null)))
                .isEqualTo("sha256:807b3e8722c68572736f54d83fd741a5b1d69ccbef218fae52b4149a56d232ce");
        assertThat(id(new FileAction.Mkdir("/home/app", 0755, true, Chown.parse("app"))))
                .isEqualTo("sha256:aef84927405ce5b3e90948941ae270ff7b5950958a4b3e7e835d877f494d7190");
        assertThat(id(copy("/src", "/srv", Chown.parse("app:app"), "640")))
                .isEqualTo("sha256:98edd5ab9c6dc4e5f544d98a78c1f768a40d3d88c9b5560c436634b349d2023e");
        assertThat(id(copy("/package*.json", "/app/", null, null), copy("/empty", "/app/", null, null)))
                .isEqualTo("sha256:72393679855695b1c6b65b6da3bac19e9fb4eb39fd7b411830ea51b1800dc82a");
        assertThat(id(MergeOperation.digest()))
                .isEqualTo("sha256:5dbfbafede47210a7bd7363461bc885ec7310febe761daffdf666bfdae5970ff");
        assertThat(new Selection(List.of("/work/out.txt", "/work/copied")).selector())
                .hasToString("sha256:b1d7e6d74a436f393732404ba781f331c74a47f56c166c2ac64a598d657c0452");
    }

    private static FileAction copy(
            String source,
            String destination,
            @org.jspecify.annotations.Nullable Chown owner,
            @org.jspecify.annotations.Nullable String mode) {
        return new FileAction.Copy(source, destination, owner, mode, FileAction.Kind.FILES);
    }

    @Test
    void here_documents_are_files_of_their_own() {
        FileAction file = new FileAction.Mkfile("/EOF", 0644, "hello 3\n".getBytes(StandardCharsets.UTF_8));
        FileOperation made = new FileOperation(-1, 0, List.of(new FileOperation.Step(file, -1)));
        assertThat(id(made.digest()))
                .isEqualTo("sha256:c7e89936d7d8bd0ea17639d7476420d822c43b8ab722f64ace091e7e768b80a0");
        assertThat(id(new FileAction.Copy("/EOF", "/doc.txt", null, null, FileAction.Kind.DOCUMENT)))
                .isEqualTo("sha256:da8f77dad6d4e685ec4c3cfe60c3a310d01120df314b61e2392541ab7dc0acd4");
    }

    @Test
    void strings_are_escaped_as_go_does_it() {
        assertThat(new GoJson().text("k", "\"\\\n\r\t\b\f\u0001<>&\u2028é😀").toString())
                .isEqualTo("{\"k\":\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001\\u003c\\u003e\\u0026\\u2028é😀\"}");
    }
}
