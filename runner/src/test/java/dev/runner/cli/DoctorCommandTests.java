package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.registry.server.RegistryServer;
import dev.runner.secret.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code runner doctor} on this machine, and where something is missing. */
class DoctorCommandTests {
    @TempDir
    Path folder;

    private static JsonNode check(String json, String name) {
        for (JsonNode check : JsonMapper.shared().readTree(json).path("checks")) {
            if (check.path("name").asString("").equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check " + name + " in " + json);
    }

    private static void mends(String json, String name, String state, String detail, String mend) {
        JsonNode check = check(json, name);
        assertThat(check.path("state").asString("")).as(check.toString()).isEqualTo(state);
        assertThat(check.path("detail").asString("")).contains(detail);
        assertThat(check.path("mend").asString("")).contains(mend);
    }

    /** The program in a process of its own, started by a shell script that ends with {@code "$@"}. */
    private Program.Outcome behind(String script, Map<String, String> environment, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-ec", script, "sh"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "doctor",
                "--output",
                "json",
                "--offline"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        for (String name : List.of("CACHE", "CONFIG", "DATA", "STATE")) {
            builder.environment()
                    .put("XDG_" + name + "_HOME", folder.resolve(name).toString());
        }
        builder.environment().putAll(environment);
        builder.redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Program.Outcome(process.waitFor(), out, Files.readString(folder.resolve("err")));
    }

    private static void assumeMounts() throws Exception {
        boolean works = new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
                        .start()
                        .waitFor()
                == 0;
        Assumptions.assumeTrue(works, "needs the right to mount");
    }

    @Test
    void every_part_of_the_machine_is_told_of_and_nothing_is_left_behind() throws Exception {
        Program.Outcome outcome = Program.at(folder)
                .run("doctor", "--offline", "--output", "json")
                .passed();

        JsonNode root = JsonMapper.shared().readTree(outcome.out());
        assertThat(root.path("works").asBoolean()).isTrue();
        for (String name : List.of(
                "java",
                "rights",
                "namespaces",
                "clock",
                "container",
                "store",
                "overlay",
                "reflinks",
                "memory",
                "binfmt_misc",
                "linux/arm64",
                "git",
                "docker",
                "config",
                "logins")) {
            assertThat(check(outcome.out(), name).path("detail").asString(""))
                    .as(name)
                    .isNotEmpty();
        }
        try (var left = Files.list(folder.resolve("cache/runner"))) {
            assertThat(left.filter(path -> path.toString().contains("doctor-"))).isEmpty();
        }
    }

    @Test
    void registries_are_reached_with_the_logins_that_are_kept() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        RegistryServer.Options closed = RegistryServer.Options.of("me", Secret.of("password", "right"));
        try (RegistryServer server = RegistryServer.start(folder.resolve("registry"), any, closed)) {
            String address = "127.0.0.1:" + server.address().getPort();

            String valid = asked(address, "me:right");
            assertThat(check(valid, address).path("detail").asString(""))
                    .isEqualTo("answers at http://" + address + "/; the login is valid");
            mends(asked(address, "me:wrong"), address, "lacks", "", "runner login " + address);
            mends(
                    valid,
                    "helper",
                    "lacks",
                    "docker-credential-absent is not in PATH",
                    "install docker-credential-absent");
        }
    }

    private String asked(String address, String login) throws Exception {
        String encoded = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        Files.createDirectories(folder.resolve("docker"));
        Files.writeString(
                folder.resolve("docker/config.json"),
                "{\"auths\": {\"" + address + "\": {\"auth\": \"" + encoded
                        + "\"}}, \"credHelpers\": {\"x.invalid\": \"absent\"}}");
        return Program.at(folder)
                .run("doctor", "--registry", address, "--output", "json")
                .passed()
                .out();
    }

    @Test
    void what_the_kernel_withholds_is_named_with_the_command_that_gives_it() throws Exception {
        assumeMounts();
        Path zero = Files.writeString(folder.resolve("zero"), "0\n");
        String script = "unshare --mount sh -ec '" + "mount --bind " + zero
                + " /proc/sys/user/max_user_namespaces; mount -t tmpfs none /proc/sys/fs/binfmt_misc; exec \"$@\"' sh \"$@\"";

        Program.Outcome outcome = behind(script, Map.of()).passed();

        mends(
                outcome.out(),
                "namespaces",
                "lacks",
                "the kernel allows no user namespaces",
                "sysctl -w user.max_user_namespaces=65536");
        mends(outcome.out(), "binfmt_misc", "lacks", "not mounted", "runner binfmt");
    }

    @Test
    void a_store_that_cannot_be_used_is_broken_and_the_exit_code_says_so() throws Exception {
        assumeMounts();
        Path disk = Files.createDirectories(folder.resolve("CACHE"));
        String mount = "unshare --mount sh -ec 'mount -t tmpfs -o %s none " + disk + "; exec \"$@\"' sh \"$@\"";

        Program.Outcome readOnly = behind(mount.formatted("ro"), Map.of());
        assertThat(readOnly.code()).isEqualTo(ExitCode.MACHINE_LACKS);
        mends(readOnly.out(), "store", "broken", "cannot be written", "XDG_CACHE_HOME=");
        Program.Outcome noExecution = behind(mount.formatted("noexec"), Map.of());
        assertThat(noExecution.code()).isEqualTo(ExitCode.MACHINE_LACKS);
        mends(noExecution.out(), "programs", "broken", "noexec", "mount it with exec");
    }

    @Test
    void a_machine_with_no_programs_lacks_what_run_steps_need() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        // What PATH does not have may lie in the system's own folders, which are looked through as well.
        String script = Files.isWritable(Path.of("/usr"))
                ? "unshare --mount sh -ec 'for d in /usr/sbin /usr/local/bin /usr/local/sbin; do mount -t tmpfs none $d; done; mount --bind "
                        + empty + " /usr/bin; exec \"$@\"' sh \"$@\""
                : "exec \"$@\"";
        assumeMounts();

        Program.Outcome outcome = behind(script, Map.of("PATH", System.getenv("PATH")));

        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isEqualTo(ExitCode.MACHINE_LACKS);
        mends(outcome.out(), "RUN steps", "broken", "no sandbox works", "apt-get install proot");
        mends(outcome.out(), "oci", "lacks", "not installed", "apt-get install crun");
        mends(outcome.out(), "docker", "lacks", "not installed", "apt-get install docker.io");
        mends(outcome.out(), "git", "lacks", "not installed", "apt-get install git");
    }

    @Test
    void ci_systems_are_recognised_by_what_they_say() throws Exception {
        String github = behind("exec \"$@\"", Map.of("GITHUB_ACTIONS", "true", "RUNNER_ENVIRONMENT", "github-hosted"))
                .passed()
                .out();
        assertThat(check(github, "CI").path("detail").asString("")).startsWith("GitHub Actions, github-hosted");
        mends(github, "cache service", "lacks", "token", "type=registry");
        String gitlab = behind("exec \"$@\"", Map.of("GITLAB_CI", "true", "DOCKER_HOST", "tcp://docker:2376"))
                .passed()
                .out();
        assertThat(check(gitlab, "CI").path("detail").asString("")).startsWith("GitLab ");
        assertThat(gitlab).contains("docker-in-docker, which is not needed here");
    }
}
