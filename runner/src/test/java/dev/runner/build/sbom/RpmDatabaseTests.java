package dev.runner.build.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages that rpm has installed; {@code Packages} was written by Berkeley DB 5.3 itself, with a value off its page. */
class RpmDatabaseTests {
    private static final Distribution SUSE = Distribution.parse("ID=sles\nVERSION_ID=15.6\n");

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/rpm", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Packages", "Packages.db"})
    void packages_are_read_from_every_form_of_the_database(String name) throws IOException {
        assertThat(RpmDatabase.read("var/lib/rpm/" + name, file(name), SUSE))
                .extracting(SoftwarePackage::url)
                .containsExactlyInAnyOrder(
                        "pkg:rpm/sles/hello-1@1.5-3?arch=noarch&distro=sles-15.6&epoch=2",
                        "pkg:rpm/sles/hello-2@1.5-3?arch=noarch&distro=sles-15.6",
                        "pkg:rpm/sles/long@1.5-3?arch=noarch&distro=sles-15.6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Packages", "Packages.db"})
    void a_broken_database_is_refused_and_never_read_beyond_its_end(String name) throws IOException {
        byte[] whole = file(name);
        for (int at = 0; at < whole.length; at += 512) {
            byte[] cut = Arrays.copyOf(whole, at);
            try {
                assertThat(RpmDatabase.read(name, cut, SUSE).size()).isLessThanOrEqualTo(3);
            } catch (RuntimeException e) {
                assertThat(Inventory.isBroken(e)).as(String.valueOf(e)).isTrue();
            }
        }
    }

    @Test
    void what_is_called_so_and_is_something_else_is_refused() {
        byte[] text = "not a database".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (String name : new String[] {"Packages", "Packages.db", "rpmdb.sqlite"}) {
            assertThatThrownBy(() -> RpmDatabase.read(name, text, SUSE)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
