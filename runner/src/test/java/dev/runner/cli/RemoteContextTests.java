package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.Program.Outcome;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts and sources of ADD that are on no disk of this machine; the git and the tar are the real ones. */
class RemoteContextTests {
    @TempDir
    Path folder;

    private Path web;
    private Path repository;
    private Path result;
    private WebFolder server;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(WebFolder.BACKEND), "git http-backend is not installed");
        web = Files.createDirectories(folder.resolve("web"));
        repository = web.resolve("repo.git");
        result = folder.resolve("result");
        Path work = Files.createDirectories(folder.resolve("work"));
        write(work.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
        write(work.resolve("top.txt"), "first");
        write(work.resolve("sub/Dockerfile"), "FROM scratch\nCOPY inner.txt /\n");
        write(work.resolve("sub/inner.txt"), "inner");
        Files.createSymbolicLink(work.resolve("out"), Path.of("/etc"));
        sh(work, "git init -q -b main . && git add . && git commit -q -m one && git tag v1");
        write(work.resolve("top.txt"), "second");
        sh(work, "git commit -q -am two && git clone -q --bare . " + repository);
        server = WebFolder.of(web);
        program = Program.at(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    static String sh(Path in, String script) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-ec", script).directory(in.toFile()).redirectErrorStream(true);
        for (String who : List.of("AUTHOR", "COMMITTER")) {
            builder.environment().put("GIT_" + who + "_NAME", "Ada");
            builder.environment().put("GIT_" + who + "_EMAIL", "ada@example.org");
            builder.environment().put("GIT_" + who + "_DATE", "2026-03-04T05:06:07+02:00");
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    private Outcome build(String... words) {
        return buildWith(new byte[0], words);
    }

    private Outcome buildWith(byte[] input, String... words) {
        List<String> all = new ArrayList<>(List.of("build", "-o", result.toString()));
        all.addAll(List.of(words));
        return program.runWith(input, all.toArray(String[]::new));
    }

    private Path dockerfile(String text) throws IOException {
        Path context = Files.createDirectories(folder.resolve("context"));
        write(context.resolve("Dockerfile"), text);
        return context;
    }

    @Test
    void a_git_repository_is_a_context_with_its_dockerfile_and_without_its_git_folder() throws Exception {
        build(server.url("repo.git")).passed();
        assertThat(result.resolve("top.txt")).hasContent("second");
        assertThat(result.resolve(".git")).doesNotExist();
    }

    @Test
    void submodules_come_without_their_git_files_unless_asked() throws Exception {
        Path work = folder.resolve("work");
        sh(folder.resolve("work"), "git clone -q --bare . " + web.resolve("part.git"));
        sh(
                work,
                "git -c protocol.file.allow=always submodule --quiet add " + server.url("part.git") + " module"
                        + " && git commit -q -m three && git push -q " + repository + " main");
        build(server.url("repo.git")).passed();
        assertThat(result.resolve("module/top.txt")).hasContent("second");
        assertThat(result.resolve("module/.git")).doesNotExist();
        sh(folder, "rm -r result");
        build("--build-arg", "BUILDKIT_CONTEXT_KEEP_GIT_DIR=1", server.url("repo.git"))
                .passed();
        assertThat(result.resolve("module/.git")).hasContent("gitdir: ../.git/modules/module");
        assertThat(result.resolve(".git/HEAD")).exists();
        sh(folder, "rm -r result");
        build(server.url("repo.git") + "?submodules=false").passed();
        assertThat(result.resolve("module/top.txt")).doesNotExist();
    }

    @Test
    void a_ref_and_a_folder_come_after_the_hash_or_as_a_query() throws Exception {
        build(server.url("repo.git") + "#v1").passed();
        assertThat(result.resolve("top.txt")).hasContent("first");
        build(server.url("repo.git") + "#main:sub").passed();
        assertThat(result.resolve("inner.txt")).hasContent("inner");
        build(server.url("repo.git") + "?tag=v1&subdir=sub").passed();
        String sha = sh(repository, "git rev-parse v1");
        build(server.url("repo.git") + "?branch=main&checksum=" + sha.substring(0, 9), "-f", "sub/Dockerfile");
        assertThat(build(server.url("repo.git") + "?branch=main&checksum=" + sha)
                        .err())
                .contains("not " + sha);
    }

    @Test
    void a_folder_of_a_repository_that_is_a_link_out_of_it_is_refused() {
        Outcome outcome = build(server.url("repo.git") + "#main:out");
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err()).contains("no folder 'out'");
    }

    @Test
    void add_takes_a_repository_and_keeps_its_git_folder_when_asked() throws Exception {
        String url = server.url("repo.git");
        build(dockerfile("FROM scratch\nADD " + url + "#v1 /src\n").toString()).passed();
        assertThat(result.resolve("src/top.txt")).hasContent("first");
        assertThat(result.resolve("src/.git")).doesNotExist();
        build(dockerfile("FROM scratch\nADD --keep-git-dir " + url + " /kept/\nADD " + url + "#main:sub /sub\n")
                        .toString())
                .passed();
        assertThat(sh(result.resolve("kept"), "git -c safe.directory='*' log --format=%s -1"))
                .isEqualTo("two");
        assertThat(result.resolve("sub/inner.txt")).hasContent("inner");
    }

    @Test
    void add_of_a_repository_wants_the_commit_of_its_checksum() throws Exception {
        String sha = sh(repository, "git rev-parse v1");
        String url = server.url("repo.git");
        build(dockerfile("FROM scratch\nADD --checksum=" + sha + " " + url + "#v1 /src\n")
                        .toString())
                .passed();
        Outcome other = build(dockerfile("FROM scratch\nADD --checksum=" + sha + " " + url + "#main /src\n")
                .toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("not " + sha);
    }

    @Test
    void add_of_a_repository_is_cached_by_commit() throws Exception {
        Path context = dockerfile(
                "FROM scratch\nADD " + server.url("repo.git") + "#" + sh(repository, "git rev-parse v1") + " /src\n");
        build(context.toString()).passed();
        server.asked.clear();
        build(context.toString()).passed();
        assertThat(server.asked).isEmpty();
    }

    @Test
    void add_of_an_address_checks_its_digest_and_keeps_the_time_the_server_says() throws Exception {
        write(web.resolve("file.bin"), "bytes");
        Digest digest = Digest.of("bytes".getBytes(StandardCharsets.UTF_8));
        String url = server.url("file.bin");
        build(dockerfile("FROM scratch\nADD --checksum=" + digest + " " + url + " /x/\n")
                        .toString())
                .passed();
        assertThat(Files.getLastModifiedTime(result.resolve("x/file.bin")).toInstant())
                .isEqualTo("2020-03-04T05:06:07Z");
        assertThat(Files.getPosixFilePermissions(result.resolve("x/file.bin"))).hasSize(2);
        Digest wrong = Digest.of(new byte[0]);
        Outcome outcome = build(dockerfile("FROM scratch\nADD --checksum=" + wrong + " " + url + " /y/\n")
                .toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains(wrong.hex());
    }

    @Test
    void a_remote_archive_is_unpacked_only_when_asked() throws Exception {
        write(folder.resolve("pack/in.txt"), "in");
        sh(folder.resolve("pack"), "tar -cJf " + web.resolve("pack.tar.xz") + " in.txt");
        String url = server.url("pack.tar.xz");
        build(dockerfile("FROM scratch\nADD " + url + " /a/\nADD --unpack " + url + " /b/\n")
                        .toString())
                .passed();
        assertThat(result.resolve("a/pack.tar.xz")).isRegularFile();
        assertThat(result.resolve("b/in.txt")).hasContent("in");
    }

    @Test
    void a_tar_on_standard_input_is_the_context_however_it_is_packed() throws Exception {
        Path work = folder.resolve("packed");
        write(work.resolve("Dockerfile"), "FROM scratch\nCOPY d /\n");
        write(work.resolve("other/File"), "FROM scratch\nCOPY d/a.txt /other.txt\n");
        for (String how : List.of("", "-z", "-j", "-J", "--zstd")) {
            write(work.resolve("d/a.txt"), "packed" + how);
            sh(work, "tar -c " + how + " -f ../context.tar .");
            byte[] tar = Files.readAllBytes(folder.resolve("context.tar"));
            buildWith(tar, "-").passed();
            assertThat(result.resolve("a.txt")).as(how).hasContent("packed" + how);
            buildWith(tar, "-f", "other/File", "-").passed();
            assertThat(result.resolve("other.txt")).as(how).hasContent("packed" + how);
        }
    }

    @Test
    void a_dockerfile_on_standard_input_has_no_context_or_the_one_that_is_named() throws Exception {
        byte[] alone = "FROM scratch\nCOPY <<E /hi\nhello\nE\n".getBytes(StandardCharsets.UTF_8);
        buildWith(alone, "-").passed();
        assertThat(result.resolve("hi")).hasContent("hello\n");
        Path context = dockerfile("FROM nowhere\n");
        write(context.resolve("a.txt"), "a");
        buildWith("FROM scratch\nCOPY a.txt /\n".getBytes(StandardCharsets.UTF_8), "-f", "-", context.toString())
                .passed();
        assertThat(result.resolve("a.txt")).hasContent("a");
        assertThat(buildWith(alone, "-f", "-", "-").code()).isEqualTo(2);
    }

    @Test
    void an_address_is_a_tar_of_a_context_or_a_dockerfile() throws Exception {
        sh(folder.resolve("work"), "tar -czf " + web.resolve("context.tgz") + " Dockerfile top.txt");
        build(server.url("context.tgz")).passed();
        assertThat(result.resolve("top.txt")).hasContent("second");
        write(web.resolve("Only"), "FROM scratch\nCOPY <<E /only\nx\nE\n");
        build(server.url("Only")).passed();
        assertThat(result.resolve("only")).hasContent("x\n");
    }

    @Test
    void named_contexts_come_from_git_from_a_tar_and_from_folders_also_in_from() throws Exception {
        sh(folder.resolve("work"), "tar -czf " + web.resolve("context.tgz") + " top.txt");
        Path context = dockerfile(
                "FROM base\nCOPY --from=code inner.txt /code/\nCOPY --from=tar top.txt /tar/\nCOPY more.txt /\n");
        write(context.resolve("more.txt"), "more");
        write(folder.resolve("base/bin/tool"), "tool");
        build(
                        "--build-context=base=" + folder.resolve("base"),
                        "--build-context=code=" + server.url("repo.git") + "#main:sub",
                        "--build-context=tar=" + server.url("context.tgz"),
                        context.toString())
                .passed();
        assertThat(result.resolve("bin/tool")).hasContent("tool");
        assertThat(result.resolve("code/inner.txt")).hasContent("inner");
        assertThat(result.resolve("tar/top.txt")).hasContent("second");
        assertThat(result.resolve("more.txt")).hasContent("more");
    }

    @Test
    void files_in_a_folder_replace_what_is_there_and_write_through_no_link() throws Exception {
        Path context = dockerfile("FROM scratch\nCOPY d /d\n");
        write(context.resolve("d/a.txt"), "new");
        write(folder.resolve("precious/a.txt"), "precious");
        write(folder.resolve("precious.txt"), "precious");
        Files.createDirectories(result);
        Files.createSymbolicLink(result.resolve("d"), folder.resolve("precious"));
        build(context.toString()).passed();
        assertThat(folder.resolve("precious/a.txt")).hasContent("precious");
        assertThat(result.resolve("d/a.txt")).hasContent("new");
        Files.delete(result.resolve("d/a.txt"));
        Files.createSymbolicLink(result.resolve("d/a.txt"), folder.resolve("precious.txt"));
        build(context.toString()).passed();
        assertThat(folder.resolve("precious.txt")).hasContent("precious");
        assertThat(result.resolve("d/a.txt")).hasContent("new");
    }

    @Test
    void credentials_in_an_address_are_shown_nowhere() throws Exception {
        String url = server.url("repo.git").replace("http://", "http://me:geheim@");
        Path context = dockerfile("FROM scratch\nADD " + url + " /src\n");
        Outcome outcome = program.run("build", "-o", "type=oci,tar=false,dest=" + result, context.toString());
        outcome.passed();
        assertThat(outcome.out() + outcome.err()).doesNotContain("geheim");
        assertThat(sh(folder, "grep -rl geheim result || true")).isEmpty();
    }
}
