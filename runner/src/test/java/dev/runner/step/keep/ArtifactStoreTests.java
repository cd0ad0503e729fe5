package dev.runner.step.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.step.keep.ArtifactStore.Existing;
import dev.runner.step.keep.ArtifactStore.Keeping;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTests {
    @TempDir
    Path temporary;

    private ArtifactStore store() {
        return ArtifactStore.in(temporary.resolve("store"));
    }

    private Artifact saved(Artifact.About about, FileSet files, Keeping keeping) throws IOException {
        return Objects.requireNonNull(store().save(about, files, keeping));
    }

    private FileSet file(String name, String text) throws IOException {
        Path file = Files.writeString(Files.createTempFile(temporary, "f", ""), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new FileSet().add(name, file);
    }

    private static final Keeping REPLACE = new Keeping(Existing.REPLACE, 9, null);
    private static final Keeping MERGE = new Keeping(Existing.MERGE, 0, Duration.ofDays(1));

    @Test
    void an_artifact_is_found_by_run_and_name_and_by_id() throws IOException {
        Artifact one = saved(new Artifact.About("1", "app", Map.of("job", "build")), file("a", "1"), Keeping.DEFAULT);
        Artifact two = saved(new Artifact.About("1", "docs"), file("a", "2"), Keeping.DEFAULT);
        store().save(new Artifact.About("2", "app"), file("a", "3"), Keeping.DEFAULT);

        assertThat(one).isNotNull();
        assertThat(two.id()).isGreaterThan(one.id());
        assertThat(store().list("1")).containsExactly(one, two);
        assertThat(store().find("1", "app")).isEqualTo(one);
        assertThat(store().find(two.id())).isEqualTo(two);
        assertThat(store().find("3", "app")).isNull();
        assertThat(store().zip(one)).hasDigest("SHA-256", one.content().digest().hex());
    }

    @Test
    void a_name_is_given_once_unless_it_is_to_be_replaced() throws IOException {
        Artifact.About about = new Artifact.About("1", "app");
        store().save(about, file("a", "1").add("b", temporary), Keeping.DEFAULT);

        assertThat(store().save(about, file("a", "2"), Keeping.DEFAULT)).isNull();
        Artifact replaced = saved(about, file("a", "2"), REPLACE);

        assertThat(replaced.expires()).isNull();
        store().extract(replaced, temporary.resolve("out"));
        assertThat(temporary.resolve("out/a")).hasContent("2");
        assertThat(temporary.resolve("out/b")).doesNotExist();
    }

    @Test
    void merging_keeps_the_files_that_were_there() throws IOException {
        Artifact.About about = new Artifact.About("1", "app");
        store().save(about, file("a", "1"), MERGE);
        store().save(about, file("d/b", "2"), MERGE);
        Artifact all = saved(about, file("a", "3"), MERGE);

        store().extract(all, temporary.resolve("out"));
        assertThat(temporary.resolve("out/a")).hasContent("3");
        assertThat(temporary.resolve("out/d/b")).hasContent("2");
        assertThat(all.content().files()).isEqualTo(2);
    }

    @Test
    void modes_are_kept_unless_they_shall_not_be() throws IOException {
        Artifact with = saved(new Artifact.About("1", "with"), file("a", "1"), Keeping.DEFAULT);
        Artifact without =
                saved(new Artifact.About("1", "without"), file("a", "1").withoutModes(), Keeping.DEFAULT);

        store().extract(with, temporary.resolve("with"));
        store().extract(without, temporary.resolve("without"));
        assertThat(Files.isExecutable(temporary.resolve("with/a"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve("without/a"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void what_has_expired_is_pruned() throws IOException {
        store().save(new Artifact.About("1", "day"), file("a", "1"), MERGE);
        store().save(new Artifact.About("1", "ever"), file("a", "1"), REPLACE);

        assertThat(store().prune(Instant.now())).isEmpty();
        assertThat(store().prune(Instant.now().plus(Duration.ofDays(2))))
                .extracting(Artifact::name)
                .containsExactly("day");
        assertThat(store().all()).extracting(Artifact::name).containsExactly("ever");
    }

    @Test
    void a_zip_whose_names_lead_out_is_refused() throws IOException {
        Artifact artifact = saved(new Artifact.About("1", "app"), file("a", "1"), Keeping.DEFAULT);
        try (OutputStream out = Files.newOutputStream(store().zip(artifact));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("../evil"));
            zip.closeEntry();
        }

        assertThatThrownBy(() -> store().extract(artifact, temporary.resolve("out/deep")))
                .hasMessageContaining("leads elsewhere");
        assertThat(temporary.resolve("out/evil")).doesNotExist();
    }
}
