package dev.runner.step.action.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.step.action.ActionRun;
import dev.runner.step.keep.Artifact;
import dev.runner.step.keep.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As the READMEs of actions/upload-artifact and actions/download-artifact have it. */
class ArtifactActionTests {
    @TempDir
    Path folder;

    private int runs;

    private ArtifactStore store() {
        return ArtifactStore.in(folder.resolve("store"));
    }

    private ActionRun run() throws IOException {
        return new ActionRun(folder.resolve("run" + ++runs), folder);
    }

    private static void write(ActionRun run, String... names) throws IOException {
        for (String name : names) {
            Path file = run.workspace().resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    /** What an upload of these files by these paths has in it. */
    private List<String> uploaded(String paths, String... files) throws Exception {
        try (ActionRun run = run().github("run_id", "u" + runs)) {
            write(run, files);
            run.with("path", paths).main(new UploadAction(store()));
            Artifact artifact = store().find("u" + runs, "artifact");
            return artifact == null ? List.of() : names(artifact);
        }
    }

    private List<String> names(Artifact artifact) throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        store().extract(artifact, out);
        try (Stream<Path> all = Files.walk(out)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> out.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void a_file_keeps_its_name_alone() throws Exception {
        assertThat(uploaded("path/to/world.txt", "path/to/world.txt")).containsExactly("world.txt");
    }

    @Test
    void a_folder_is_what_names_are_relative_to() throws Exception {
        assertThat(uploaded("path/to/", "path/to/a", "path/to/b/c")).containsExactly("a", "b/c");
    }

    @Test
    void a_hierarchy_is_kept_from_the_first_wildcard_on() throws Exception {
        assertThat(uploaded(
                        "path/to/*/directory/foo?.txt",
                        "path/to/some/directory/foo1.txt",
                        "path/to/other/directory/foo1.txt",
                        "path/to/other/directory/foo.txt"))
                .containsExactly("other/directory/foo1.txt", "some/directory/foo1.txt");
    }

    @Test
    void several_paths_are_relative_to_the_least_common_ancestor_and_exclusions_do_not_count() throws Exception {
        assertThat(uploaded(
                        "path/output/bin/\npath/output/test-results\n!path/**/*.tmp",
                        "path/output/bin/a",
                        "path/output/bin/a.tmp",
                        "path/output/test-results/r.xml"))
                .containsExactly("bin/a", "test-results/r.xml");
    }

    @Test
    void hidden_files_are_left_out_unless_they_are_asked_for() throws Exception {
        assertThat(uploaded("dir", "dir/a", "dir/.b", "dir/.c/d")).containsExactly("a");
        try (ActionRun run = run()) {
            write(run, "dir/a", "dir/.b");
            run.with("path", "dir").with("include-hidden-files", "true").main(new UploadAction(store()));
            assertThat(store().list("1").getFirst().content().files()).isEqualTo(2);
        }
    }

    @Test
    void the_outputs_are_id_url_and_digest() throws Exception {
        try (ActionRun run = run()) {
            write(run, "a");
            run.with("path", "a")
                    .with("name", "app")
                    .with("retention-days", "5")
                    .main(new UploadAction(store()));

            Artifact artifact = store().list("1").getFirst();
            assertThat(run.output("artifact-id")).isEqualTo(String.valueOf(artifact.id()));
            assertThat(run.output("artifact-digest")).hasSize(64);
            assertThat(run.output("artifact-url")).startsWith("file:///").endsWith(".zip");
            assertThat(artifact.expires()).isAfter(artifact.created().plusSeconds(4 * 86400));
        }
    }

    @Test
    void no_files_are_a_warning_an_error_or_nothing() throws Exception {
        try (ActionRun run = run().with("path", "none")) {
            run.main(new UploadAction(store()));
            assertThat(run.warnings)
                    .containsExactly(
                            "No files were found with the provided path: none. No artifacts will be uploaded.");
            run.with("if-no-files-found", "ignore").main(new UploadAction(store()));
            assertThat(run.warnings).hasSize(1);
            run.with("if-no-files-found", "error");
            assertThatThrownBy(() -> run.main(new UploadAction(store()))).hasMessageContaining("No files were found");
            run.with("if-no-files-found", "maybe");
            assertThatThrownBy(() -> run.main(new UploadAction(store()))).hasMessageContaining("Unrecognized");
        }
    }

    @Test
    void a_name_is_taken_once_unless_overwritten_and_version_3_adds_to_it() throws Exception {
        try (ActionRun run = run()) {
            write(run, "a", "b");
            run.with("path", "a").main(new UploadAction(store()));
            run.with("path", "b");
            assertThatThrownBy(() -> run.main(new UploadAction(store()))).hasMessageContaining("already exists");
            run.with("overwrite", "true").main(new UploadAction(store()));
            assertThat(names(store().list("1").getFirst())).containsExactly("b");
        }
        try (ActionRun run = run().major(3).github("run_id", "3")) {
            write(run, "a", "b");
            run.with("path", "a").main(new UploadAction(store()));
            run.with("path", "b").main(new UploadAction(store()));
            assertThat(names(store().list("3").getFirst())).containsExactly("a", "b");
        }
    }

    @Test
    void names_have_rules() throws Exception {
        try (ActionRun run = run()) {
            write(run, "a", "b:c");
            run.with("path", "a").with("name", "a/b");
            assertThatThrownBy(() -> run.main(new UploadAction(store())))
                    .hasMessageContaining("artifact name is not valid");
            run.with("path", "b:c").with("name", "x");
            assertThatThrownBy(() -> run.main(new UploadAction(store())))
                    .hasMessageContaining("following character: :");
        }
    }

    private void upload(String... names) throws Exception {
        for (String name : names) {
            try (ActionRun run = run()) {
                write(run, "file-" + name);
                run.with("path", "file-" + name).with("name", name).main(new UploadAction(store()));
            }
        }
    }

    @Test
    void one_artifact_lands_in_the_folder_itself() throws Exception {
        upload("app", "docs");
        try (ActionRun run = run()) {
            run.with("name", "app").with("path", "out").main(new DownloadAction(store()));
            assertThat(run.workspace().resolve("out/file-app")).exists();
            assertThat(run.output("download-path"))
                    .isEqualTo(run.workspace().resolve("out").toString());
            run.with("name", "nothing");
            assertThatThrownBy(() -> run.main(new DownloadAction(store())))
                    .hasMessageContaining("Artifact not found for name: nothing");
        }
    }

    @Test
    void all_artifacts_land_in_folders_of_their_names_unless_merged() throws Exception {
        upload("app-linux", "app-mac", "docs");
        try (ActionRun run = run()) {
            run.main(new DownloadAction(store()));
            assertThat(run.workspace().resolve("docs/file-docs")).exists();
            assertThat(run.workspace().resolve("app-mac/file-app-mac")).exists();
        }
        try (ActionRun run = run()) {
            run.with("pattern", "app-*").with("merge-multiple", "true").main(new DownloadAction(store()));
            assertThat(run.workspace().resolve("file-app-linux")).exists();
            assertThat(run.workspace().resolve("file-app-mac")).exists();
            assertThat(run.workspace().resolve("file-docs")).doesNotExist();
        }
    }

    @Test
    void artifacts_are_downloaded_by_their_ids() throws Exception {
        upload("app", "docs");
        String id = String.valueOf(store().list("1").getFirst().id());
        try (ActionRun run = run().with("artifact-ids", id)) {
            run.main(new DownloadAction(store()));
            assertThat(run.workspace().resolve("file-app")).exists();
            run.major(4).main(new DownloadAction(store()));
            assertThat(run.workspace().resolve("app/file-app")).exists();
            run.with("artifact-ids", id + ", 1").main(new DownloadAction(store()));
            assertThat(run.warnings).containsExactly("Could not find the following artifact IDs: 1");
            run.with("name", "app");
            assertThatThrownBy(() -> run.main(new DownloadAction(store())))
                    .hasMessageContaining("cannot be used together");
        }
        try (ActionRun run = run().with("artifact-ids", "x")) {
            assertThatThrownBy(() -> run.main(new DownloadAction(store()))).hasMessageContaining("Invalid artifact ID");
        }
    }

    @Test
    void another_runs_artifacts_can_be_taken() throws Exception {
        upload("app");
        try (ActionRun run = run().github("run_id", "2").with("name", "app").with("run-id", "1")) {
            run.main(new DownloadAction(store()));
            assertThat(run.workspace().resolve("file-app")).exists();
        }
    }

    @Test
    void artifacts_are_merged_into_one() throws Exception {
        upload("app-1", "app-2", "docs");
        try (ActionRun run = run()) {
            run.with("pattern", "app-*")
                    .with("separate-directories", "true")
                    .with("delete-merged", "true")
                    .main(new MergeAction(store()));

            assertThat(store().list("1")).extracting(Artifact::name).containsExactly("docs", "merged-artifacts");
            assertThat(names(store().list("1").getLast())).containsExactly("app-1/file-app-1", "app-2/file-app-2");
        }
    }

    @Test
    void patterns_are_read_as_minimatch_reads_them() {
        assertThat(NamePattern.parse("app-*").matches("app-linux")).isTrue();
        assertThat(NamePattern.parse("{a,b}?").matches("b1")).isTrue();
        assertThat(NamePattern.parse("!app-*").matches("docs")).isTrue();
        assertThat(NamePattern.parse("[^a]*").matches("app")).isFalse();
        assertThat(NamePattern.parse("*").matches(".hidden")).isFalse();
        assertThat(NamePattern.parse("[").matches("[")).isTrue();
    }
}
