package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.cli.Program.Outcome;
import dev.runner.oci.Reference;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.registry.server.RegistryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A build that was done before is answered without one, and never when it would come out otherwise. */
class UnchangedBuildTests {
    /** More builds than it takes for the clock of files to tick. */
    private static final int TRIES = 20;

    @TempDir
    Path folder;

    private Program program;
    private RegistryServer server;
    private Path context;
    private String repository;

    @BeforeEach
    void start() throws IOException {
        program = Program.at(folder.resolve("home")).with("GREETING", "hello");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = RegistryServer.start(folder.resolve("registry"), any, RegistryServer.Options.OPEN);
        repository = "127.0.0.1:" + server.address().getPort() + "/team/app";
        context = Files.createDirectories(folder.resolve("context"));
        Files.createDirectories(context.resolve("src/deep"));
        Files.writeString(context.resolve("src/deep/code.c"), "int main;");
        Files.writeString(context.resolve("src/other.c"), "int other;");
        Files.createSymbolicLink(context.resolve("src/link"), Path.of("other.c"));
        Files.writeString(context.resolve(".dockerignore"), "*.log\nout\n");
        Path base = Files.createDirectories(folder.resolve("base"));
        Files.writeString(base.resolve("Dockerfile"), "FROM scratch\nLABEL version=1\n");
        pushBase();
        writeDockerfile("");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** As somebody else would: the store of the program that is tested does not have the name. */
    private void pushBase() {
        Program.at(folder.resolve("other home"))
                .run("build", "-t", repository + ":base", "--push", "" + folder.resolve("base"))
                .passed();
    }

    private void writeDockerfile(String more) throws IOException {
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM " + repository + ":base\nARG GREETING\nENV SAID=$GREETING\nCOPY src /src\n" + more);
    }

    private String[] words(String tag, String... more) {
        List<String> all = new ArrayList<>(List.of("build", "-t", repository + ":" + tag, "--push"));
        all.addAll(List.of("--build-arg", "GREETING"));
        all.addAll(List.of(more));
        all.add(context.toString());
        return all.toArray(String[]::new);
    }

    /** Builds until it is answered without a build. */
    private Outcome remembered(String... more) {
        for (int i = 0; i < TRIES; i++) {
            Outcome built = program.run(words("one", more)).passed();
            if (program.isAnswered(words("two", more))) {
                return built;
            }
        }
        throw new AssertionError("never answered without a build");
    }

    private String digest(String tag) {
        return program.run("inspect", repository + ":" + tag, "--format", "json")
                .passed()
                .out()
                .replaceAll("(?s).*?\"digest\"\\s*:\\s*\"(sha256:[0-9a-f]+)\".*", "$1");
    }

    @Test
    void the_image_gets_its_new_names_here_and_there_and_the_same_is_said() {
        Outcome built = remembered();

        Outcome again = program.run(words("three")).passed();

        assertThat(digest("three")).isEqualTo(digest("one")).startsWith("sha256:");
        assertThat(again.out()).isEqualTo(built.out());
        assertThat(again.err()).contains("COPY src /src").contains("CACHED").contains(":three");
        assertThat(again.err()).contains("1 of 1 cached").doesNotContain(":two");
        Outcome local = program.run("build", "-o", "type=oci,dest=" + folder.resolve("y.tar"), namesIt(":three"));
        assertThat(local.code()).as(local.err()).isZero();
    }

    /** A context whose Dockerfile begins with what has that tag in the local store. */
    private String namesIt(String tag) {
        try {
            Path other = Files.createDirectories(folder.resolve("other"));
            Files.writeString(other.resolve("Dockerfile"), "FROM " + repository + tag + "\n");
            return other.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that may change what is built. */
    private enum Change {
        CONTENT_OF_EQUAL_SIZE_AND_TIME {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Path file = test.context.resolve("src/deep/code.c");
                FileTime time = Files.getLastModifiedTime(file);
                Files.writeString(file, "int niam;");
                Files.setLastModifiedTime(file, time);
            }
        },
        A_FILE_REPLACED {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Path other = test.folder.resolve("new.c");
                Files.writeString(other, "int niam;");
                Files.move(other, test.context.resolve("src/deep/code.c"), StandardCopyOption.REPLACE_EXISTING);
            }
        },
        A_NEW_FILE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.writeString(test.context.resolve("src/deep/more.c"), "");
            }
        },
        A_NEW_FOLDER {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.createDirectory(test.context.resolve("src/deep/empty"));
            }
        },
        A_FILE_GONE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.delete(test.context.resolve("src/other.c"));
            }
        },
        A_FOLDER_GONE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.delete(test.context.resolve("src/deep/code.c"));
                Files.delete(test.context.resolve("src/deep"));
            }
        },
        THE_MODE_OF_A_FILE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.setPosixFilePermissions(
                        test.context.resolve("src/other.c"), PosixFilePermissions.fromString("rwxr-x---"));
            }
        },
        THE_MODE_OF_A_FOLDER {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.setPosixFilePermissions(
                        test.context.resolve("src/deep"), PosixFilePermissions.fromString("rwx------"));
            }
        },
        WHERE_A_LINK_LEADS {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.delete(test.context.resolve("src/link"));
                Files.createSymbolicLink(test.context.resolve("src/link"), Path.of("deep"));
            }
        },
        THE_DOCKERFILE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                test.writeDockerfile("LABEL new=label\n");
            }
        },
        WHAT_IS_IGNORED {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.writeString(test.context.resolve(".dockerignore"), "**/other.c\n");
            }
        },
        AN_IGNORE_FILE_OF_THE_DOCKERFILE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.writeString(test.context.resolve("Dockerfile.dockerignore"), "src/deep\n");
            }
        },
        A_VARIABLE {
            @Override
            void make(UnchangedBuildTests test) {
                test.program.with("GREETING", "good morning");
            }
        },
        THE_BASE_IMAGE {
            @Override
            void make(UnchangedBuildTests test) throws IOException {
                Files.writeString(test.folder.resolve("base/Dockerfile"), "FROM scratch\nLABEL version=2\n");
                test.pushBase();
            }
        };

        abstract void make(UnchangedBuildTests test) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void any_change_of_what_is_built_leads_to_a_build(Change change) throws IOException {
        remembered();

        change.make(this);

        assertThat(program.isAnswered(words("two"))).isFalse();
        program.run(words("changed")).passed();
        assertThat(digest("changed")).isNotEqualTo(digest("one"));
    }

    @Test
    void what_is_ignored_may_change() throws IOException {
        remembered();
        Files.createDirectories(context.resolve("out"));
        Files.writeString(context.resolve("out/result.o"), "");
        Files.writeString(context.resolve("build.log"), "");

        assertThat(program.isAnswered(words("two"))).isTrue();
    }

    @Test
    void an_image_that_its_registry_lost_is_pushed_again() {
        remembered();
        String digest = digest("one");
        try (RegistryClient client = RegistryClient.of(
                RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT)) {
            client.delete(Reference.parse(repository + "@" + digest));
        }

        assertThat(program.isAnswered(words("two"))).isFalse();
        program.run(words("two")).passed();
        assertThat(digest("two")).isEqualTo(digest);
    }

    @Test
    void a_base_image_of_the_local_store_is_seen_to_change() throws IOException {
        program.run("build", "-t", repository + ":base", "" + folder.resolve("base"))
                .passed();
        remembered();
        Files.writeString(folder.resolve("base/Dockerfile"), "FROM scratch\nLABEL version=2\n");
        program.run("build", "-t", repository + ":base", "" + folder.resolve("base"))
                .passed();

        assertThat(program.isAnswered(words("two"))).isFalse();
    }

    @Test
    void a_name_that_is_the_value_of_another_flag_is_none() throws IOException {
        Path other = Files.createDirectories(folder.resolve("-t"));
        assertThat(BuildCall.of(List.of("build", "--label", "-t", "x", "" + other)))
                .isNotNull();

        // As the flags are read, 'x' is no name: then nothing is remembered.
        for (int i = 0; i < 3; i++) {
            program.run("build", "--label", "-t", "x", "" + context);
        }

        assertThat(program.isAnswered("build", "--label", "-t", "y", "" + context))
                .isFalse();
    }

    @Test
    void a_build_that_is_to_happen_each_time_happens() throws IOException {
        for (String always : List.of("--no-cache", "--pull", "--sbom", "--no-cache-filter=x", "--secret=id=GREETING")) {
            for (int i = 0; i < 3; i++) {
                program.run(words("one", always)).passed();
            }
            assertThat(program.isAnswered(words("two", always))).as(always).isFalse();
        }
        Path metadata = folder.resolve("metadata.json");
        for (int i = 0; i < 3; i++) {
            program.run(words("one", "--metadata-file", "" + metadata)).passed();
            assertThat(metadata).exists();
            Files.delete(metadata);
        }
    }

    @Test
    void warnings_are_said_again() throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch as Base\nCOPY src /src\n");
        Outcome built = remembered();

        Outcome again = program.run(words("two")).passed();

        assertThat(again.err()).contains("Dockerfile:1:").contains("warning:");
        List<String> warnings =
                built.err().lines().filter(line -> line.contains("warning")).toList();
        assertThat(again.err().lines().toList()).containsAll(warnings);
    }
}
