package dev.runner.host.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps fuse-overlayfs out. When this fails, a version has mended it, and it may become a root for steps. */
class FuseOverlayTests {
    @TempDir
    Path folder;

    private String sh(String script) throws Exception {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void a_change_of_one_of_several_names_comes_up_under_another() throws Exception {
        Assumptions.assumeTrue(Executables.find("fuse-overlayfs") != null, "fuse-overlayfs is not installed");
        Assumptions.assumeTrue(
                Files.isWritable(Path.of("/dev/fuse"))
                        && dev.runner.host.Machine.inspect().rights().root(),
                "nothing can be mounted by FUSE here");
        sh("mkdir lower upper work merged lower/d; echo text >lower/d/first; ln lower/d/first lower/second");
        sh("fuse-overlayfs -o lowerdir=lower,upperdir=upper,workdir=work merged >/dev/null 2>&1");
        try {
            sh("echo more >>merged/d/first; ls -li merged/d merged/second; chmod 600 merged/second");
        } finally {
            sh("umount merged");
        }
        assertThat(folder.resolve("upper/second")).doesNotExist();
        try (ProcessRunner processes = new ProcessRunner()) {
            assertThat(FuseOverlay.refusal(processes)).contains("is not used", "layers would be wrong");
        }
    }
}
