package dev.runner.step.action.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.expression.Value;
import dev.runner.step.action.ActionRun;
import dev.runner.step.action.setup.InstalledTools.Tool;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tools are scripts in a tool cache that say what version they are. */
class SetupActionTests {
    @TempDir
    Path folder;

    private ActionRun run() throws IOException {
        return new ActionRun(folder)
                .variable("RUNNER_TOOL_CACHE", folder.resolve("tools").toString())
                .variable("JAVA_HOME", "");
    }

    private CacheStore store() {
        return CacheStore.in(folder.resolve("store"));
    }

    private Path program(String place, String script) throws IOException {
        Path file = folder.resolve("tools").resolve(place);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private void jdk(String name, String version, String maker) throws IOException {
        program(name + "/x64/bin/javac", "");
        Files.writeString(
                folder.resolve("tools/" + name + "/x64/release"),
                "IMPLEMENTOR=\"%s\"\nJAVA_RUNTIME_VERSION=\"%s\"\nJAVA_VERSION=\"x\"\n".formatted(maker, version));
    }

    @Test
    void node_is_the_newest_that_will_do() throws Exception {
        program("node/90.1.0/x64/bin/node", "echo v90.1.0");
        program("node/90.2.3/x64/bin/node", "echo v90.2.3");
        program("node/91.0.0/x64/bin/node", "echo v91.0.0");
        try (ActionRun run = run().with("node-version", "90.x")) {
            run.main(new NodeAction(store()));

            assertThat(run.output("node-version")).isEqualTo("v90.2.3");
            assertThat(run.paths)
                    .containsExactly(folder.resolve("tools/node/90.2.3/x64/bin").toString());
            assertThat(run.matchers)
                    .singleElement()
                    .satisfies(json -> assertThat(Value.fromJson(json)).isInstanceOf(Value.Obj.class));
        }
        try (ActionRun run = run().with("node-version", "lts/*")) {
            assertThat(run.main(new NodeAction(store())).output("node-version")).isEqualTo("v90.2.3");
        }
        try (ActionRun run = run().with("node-version", "89")) {
            assertThatThrownBy(() -> run.main(new NodeAction(store())))
                    .hasMessageContaining("there is no Node that is '89' on this machine; there are")
                    .hasMessageContaining("91.0.0");
        }
    }

    @Test
    void a_registry_for_node_gets_an_npmrc_of_the_job() throws Exception {
        try (ActionRun run = run().with("registry-url", "https://npm.pkg.github.com")) {
            run.main(new NodeAction(store()));

            assertThat(run.temporary().resolve(".npmrc"))
                    .hasContent("//npm.pkg.github.com/:_authToken=${NODE_AUTH_TOKEN}\n"
                            + "@octocat:registry=https://npm.pkg.github.com/\n");
            assertThat(run.exported)
                    .containsEntry(
                            "NPM_CONFIG_USERCONFIG",
                            run.temporary().resolve(".npmrc").toString())
                    .containsKey("NODE_AUTH_TOKEN");
        }
    }

    @Test
    void the_downloads_of_a_package_manager_are_kept_by_the_hash_of_the_lock_file() throws Exception {
        program("node/90.1.0/x64/bin/node", "echo v90.1.0");
        program("node/90.1.0/x64/bin/npm", "echo \"$HOME/.npm\"");
        for (String hit : List.of("false", "true")) {
            try (ActionRun run = run().with("node-version", "90").with("cache", "npm")) {
                assertThatThrownBy(() -> run.main(new NodeAction(store())))
                        .hasMessageContaining("Dependencies lock file is not found");
                Files.writeString(run.workspace().resolve("package-lock.json"), "{}");
                run.main(new NodeAction(store()));
                assertThat(run.output("cache-hit")).isEqualTo(hit);
                Files.createDirectories(folder.resolve("home/.npm"));
                Files.writeString(folder.resolve("home/.npm/x"), "x");
                run.post();
                Files.delete(run.workspace().resolve("package-lock.json"));
            }
        }
        assertThat(store().list()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v18.17.0 | 18.17.0",
                "node 20 | 20",
                "lts/iron | lts/iron",
                "{\"engines\": {\"node\": \">=18\"}} | >=18",
                "{\"volta\": {\"node\": \"20.1.0\"}, \"engines\": {\"node\": \"18\"}} | 20.1.0",
            })
    void files_name_versions_of_node(String text, String version) {
        assertThat(NodeAction.fromFile(text)).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "17 | temurin | 17.0.9+9",
                "17 | zulu | 17.0.2+8",
                "17.0.2 | temurin | 17.0.2+8",
                "17.0.2+8 | zulu | 17.0.2+8",
                "8 | temurin | 8.0.392",
                "1.8 | temurin | 8.0.392",
                ">=9 <18 | temurin | 17.0.9+9",
                "11.0.14.1 | zulu | 11.0.14+1",
                "22-ea | temurin | 22.0.0-ea+36",
                "17.0.2+9 | temurin | none",
                "22 | temurin | none",
            })
    void java_is_the_newest_of_its_maker_that_will_do(String wanted, String distribution, String version)
            throws Exception {
        List<Tool> tools = List.of(
                tool("17.0.9+9", "Eclipse Adoptium"),
                tool("17.0.2+8", "Azul Systems, Inc."),
                tool("8.0.392", "Temurin"),
                tool("11.0.14+1", "Azul Systems, Inc."),
                tool("22-ea+36", "Eclipse Adoptium"));
        try (ActionRun run = run()) {
            Tool found = JavaAction.choose(wanted, distribution, tools, run);
            assertThat(found == null ? "none" : found.version().toString()).isEqualTo(version);
        }
    }

    private static Tool tool(String version, String vendor) {
        return new Tool(Objects.requireNonNull(ToolVersion.parse(version)), "/" + version, vendor);
    }

    @Test
    void a_jdk_is_exported_and_one_of_another_maker_is_told() throws Exception {
        jdk("Java_Temurin-Hotspot_jdk/95.0.1-7", "95.0.1+7-LTS", "Eclipse Adoptium");
        jdk("Java_Zulu_jdk/96.0.0-1", "96+1", "Azul Systems, Inc.");
        try (ActionRun run = run().with("java-version", "95\n96").with("distribution", "temurin")) {
            run.main(new JavaAction(store()));

            String home = folder.resolve("tools/Java_Zulu_jdk/96.0.0-1/x64")
                    .toRealPath()
                    .toString();
            assertThat(run.exported)
                    .containsEntry("JAVA_HOME", home)
                    .hasEntrySatisfying(
                            "JAVA_HOME_95_" + (System.getProperty("os.arch").equals("amd64") ? "X64" : "ARM64"),
                            value -> assertThat(value).contains("Temurin"));
            assertThat(run.paths.getLast()).isEqualTo(home + "/bin");
            assertThat(run.output("version")).isEqualTo("96.0.0+1");
            assertThat(run.output("path")).isEqualTo(home);
            assertThat(run.warnings).singleElement().asString().contains("Azul");
            assertThat(run.exported.get("MAVEN_ARGS"))
                    .isEqualTo("--toolchains " + run.temporary().resolve("m2/toolchains.xml"));
            assertThat(run.temporary().resolve("m2/toolchains.xml"))
                    .content()
                    .contains("<version>95</version>", "<vendor>temurin</vendor>", "<id>temurin_96</id>")
                    .contains("<jdkHome>" + home + "</jdkHome>");
        }
    }

    @Test
    void mavens_settings_are_the_jobs_own() throws Exception {
        jdk("Java_Temurin-Hotspot_jdk/95.0.1-7", "95.0.1+7", "Eclipse Adoptium");
        try (ActionRun run = run().with("distribution", "temurin")
                .with("java-version-file", ".tool-versions")
                .with("server-id", "central")
                .with("server-username", "MAVEN_USER")) {
            Files.writeString(run.workspace().resolve(".tool-versions"), "nodejs 20\njava temurin-95.0.1+7\n");
            run.main(new JavaAction(store()));

            assertThat(run.temporary().resolve("m2/settings.xml"))
                    .content()
                    .contains("<id>central</id>", "${env.MAVEN_USER}", "${env.GITHUB_TOKEN}");
            assertThat(run.exported.get("MAVEN_ARGS")).startsWith("--settings ");
            assertThat(folder.resolve("home/.m2")).doesNotExist();
        }
    }

    @Test
    void toolchains_have_the_names_that_are_asked_for_beside_those_of_the_user() throws Exception {
        jdk("Java_Temurin-Hotspot_jdk/95.0.1-7", "95.0.1+7", "Eclipse Adoptium");
        Path own = Files.createDirectories(folder.resolve("home/.m2")).resolve("toolchains.xml");
        Files.writeString(
                own,
                "<toolchains><toolchain><provides><id>mine</id></provides></toolchain>"
                        + "<toolchain><provides><id>other</id></provides></toolchain></toolchains>");
        try (ActionRun run = run().with("distribution", "temurin")
                .with("java-version", "95")
                .with("mvn-toolchain-id", "mine")
                .with("mvn-toolchain-vendor", "Ours & Co")
                .with("settings-path", "conf")
                .with("overwrite-settings", "false")
                .with("server-id", "central")) {
            Files.createDirectories(run.workspace().resolve("conf"));
            Files.writeString(run.workspace().resolve("conf/settings.xml"), "kept");
            run.main(new JavaAction(store()));

            assertThat(run.workspace().resolve("conf/toolchains.xml"))
                    .content()
                    .contains("<vendor>Ours &amp; Co</vendor>", "<id>other</id>")
                    .containsOnlyOnce("<id>mine</id>");
            assertThat(run.workspace().resolve("conf/settings.xml")).hasContent("kept");
            assertThat(run.exported).doesNotContainKey("MAVEN_ARGS");
        }
        try (ActionRun run =
                run().with("distribution", "temurin").with("java-version", "95").with("mvn-toolchain-id", "a\nb")) {
            assertThatThrownBy(() -> run.main(new JavaAction(store()))).hasMessageContaining("has 2 lines");
        }
    }

    @Test
    void a_jdk_may_come_in_a_file() throws Exception {
        Path home = Files.createDirectories(folder.resolve("made/jdk-97/bin"));
        Files.writeString(home.resolve("java"), "");
        Process packed = new ProcessBuilder(
                        "tar",
                        "-czf",
                        folder.resolve("jdk.tgz").toString(),
                        "-C",
                        folder.resolve("made") + "",
                        "jdk-97")
                .start();
        assertThat(packed.waitFor()).isZero();
        for (int again = 0; again < 2; again++) {
            try (ActionRun run = run().with("distribution", "jdkfile")
                    .with("java-version", "97.0.1")
                    .with("jdkFile", folder.resolve("jdk.tgz").toString())) {
                run.main(new JavaAction(store()));

                assertThat(run.exported.get("JAVA_HOME")).endsWith("/Java_jdkfile_jdk/97.0.1/" + architecture());
                assertThat(Path.of(run.exported.get("JAVA_HOME"), "bin/java")).exists();
                assertThat(run.output("version")).isEqualTo("97.0.1");
            }
        }
        try (ActionRun run =
                run().with("distribution", "jdkfile").with("java-version", "98").with("jdkFile", "absent.tgz")) {
            assertThatThrownBy(() -> run.main(new JavaAction(store()))).hasMessageContaining("could not be unpacked");
            assertThat(run.toolCache().resolve("Java_jdkfile_jdk/98")).isEmptyDirectory();
        }
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("amd64") ? "x64" : "arm64";
    }

    @Test
    void graalpy_of_the_tool_cache_is_found() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("tools/GraalPy/94.1.1/x64/bin"));
        Files.writeString(bin.resolve("graalpy"), "#!/bin/sh\n").toFile().setExecutable(true);
        try (ActionRun run = run().with("python-version", "graalpy-94.1")) {
            run.main(new PythonAction(store()));
            assertThat(run.output("python-version")).isEqualTo("graalpy94.1.1");
        }
    }

    @Test
    void python_of_the_machine_gets_its_usual_names() throws Exception {
        try (ActionRun run = run().with("python-version", "3.x")) {
            run.main(new PythonAction(store()));
            assertThat(run.output("python-version")).startsWith("3.");
            assertThat(run.output("python-path")).startsWith("/");
            int code = run.execute(
                    List.of(
                            "sh",
                            "-c",
                            "test \"$(python -c 'import platform; print(platform.python_version())')\" = "
                                    + run.output("python-version")),
                    Map.of(),
                    null);
            assertThat(code).isZero();
        }
        try (ActionRun run = run().with("python-version", "2.7")) {
            assertThatThrownBy(() -> run.main(new PythonAction(store()))).hasMessageContaining("there is no Python");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".python-version | 3.12.1 | 3.12.1",
                "pyproject.toml | requires-python = \">=3.9,<3.13\" | >=3.9 <3.13",
                "Pipfile | python_version = \"3.11\" | 3.11",
                ".tool-versions | python 3.10.4 | 3.10.4",
            })
    void files_name_versions_of_python(String name, String text, String version) {
        assertThat(PythonAction.fromFile(name, text)).containsExactly(version);
    }

    @ParameterizedTest
    @CsvSource({
        "3.13, 3.13.1, true",
        "3.13, 3.14.0-rc.1, false",
        "3.14-dev, 3.14.0-rc.1, true",
        "3.14.0rc1, 3.14.0-rc.1, true",
        ">=3.9 <3.12, 3.11.9, true",
        "~3.10, 3.11.0, false",
    })
    void python_versions_match(String wanted, String version, boolean match) {
        assertThat(PythonAction.condition(wanted, false).test(tool(version, "cpython")))
                .isEqualTo(match);
    }

    @Test
    void go_is_the_newest_that_will_do() throws Exception {
        program("go/1.90.1/x64/bin/go", "[ \"$1\" = version ] && echo go version go1.90.1 linux/amd64");
        program("go/1.91.0/x64/bin/go", "[ \"$1\" = version ] && echo go version go1.91rc1 linux/amd64");
        program("go/1.89.0/x64/bin/go", "[ \"$1\" = version ] && echo go version go1.89.7 linux/amd64");
        for (String[] each : new String[][] {
            {"1.90", "1.90.1"},
            {"stable", "1.90.1"},
            {"oldstable", "1.89.7"},
            {"^1.89", "1.90.1"},
            {"1.91rc1", "1.91.0-rc.1"}
        }) {
            try (ActionRun run = run().with("go-version", each[0])) {
                run.main(new GoAction(store()));
                assertThat(run.output("go-version")).as(each[0]).isEqualTo(each[1]);
                assertThat(run.warnings).as("there is no go.sum").hasSize(1);
            }
        }
        assertThat(GoAction.fromFile("go.mod", "module x\n\ngo 1.21\ntoolchain go1.22.3\n"))
                .isEqualTo("1.22.3");
        assertThat(GoAction.fromFile("go.mod", "module x\n\ngo 1.21\n")).isEqualTo("1.21");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "^1.2.3 ; 1.9.0 ; true",
                "^1.2.3 ; 2.0.0 ; false",
                "^0.2.3 ; 0.2.9 ; true",
                "^0.2.3 ; 0.3.0 ; false",
                "~1.2.3 ; 1.2.9 ; true",
                "~1.2 ; 1.3.0 ; false",
                "1.2 - 1.4 ; 1.4.9 ; true",
                ">1.2 ; 1.2.9 ; false",
                ">=1.2 <2 ; 1.99.0 ; true",
                "<=1.2 ; 1.2.9 ; true",
                "1.x || 3 ; 3.1.0 ; true",
                "* ; 7.0.0 ; true",
                "1.2.3 ; 1.2.3 ; true",
                "1.2.3 ; 1.2.4 ; false",
                "^1.2.3 ; 2.0.0-beta ; false",
                "^1.2.3-alpha ; 1.2.3-beta ; true",
                ">= 18 ; 20.0.0 ; true",
            })
    void ranges_are_npms(String range, String version, boolean contained) {
        VersionRange parsed = Objects.requireNonNull(VersionRange.parse(range));
        assertThat(parsed.contains(Objects.requireNonNull(ToolVersion.parse(version))))
                .isEqualTo(contained);
        assertThat(VersionRange.parse("one two")).isNull();
    }

    @Test
    void every_matcher_is_json() throws Exception {
        try (ActionRun run = run()) {
            for (Matchers each : Matchers.values()) {
                each.register(run);
            }
            assertThat(run.matchers)
                    .hasSize(4)
                    .allSatisfy(json -> assertThat(Value.fromJson(json)).isInstanceOf(Value.Obj.class));
        }
    }
}
