package dev.runner.host.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixFilesTests {
    @TempDir
    Path folder;

    @Test
    void status_tells_kind_mode_size_links_and_nanoseconds() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "12345");
        PosixFiles.chmod(file, 04751);
        PosixFiles.setModified(file, Instant.ofEpochSecond(1_000_000_000, 123_456_789));
        PosixFiles.link(file, folder.resolve("second"));
        FileStatus status = PosixFiles.lstat(file);
        assertThat(status.kind()).isEqualTo(FileKind.REGULAR);
        assertThat(status.mode()).isEqualTo(04751);
        assertThat(status.size()).isEqualTo(5);
        assertThat(status.times().modified()).isEqualTo(Instant.ofEpochSecond(1_000_000_000, 123_456_789));
        assertThat(status.identity().links()).isEqualTo(2);
        assertThat(PosixFiles.lstat(folder.resolve("second")).identity()).isEqualTo(status.identity());
        assertThat(status.uid()).isEqualTo(Posix.effectiveUid());
    }

    @Test
    void times_before_1970_and_of_symbolic_links_can_be_set() throws Exception {
        Path link = folder.resolve("link");
        PosixFiles.symlink("nowhere/é", link);
        PosixFiles.setModified(link, Instant.ofEpochSecond(-5, 7));
        assertThat(PosixFiles.lstat(link).times().modified()).isEqualTo(Instant.ofEpochSecond(-5, 7));
        assertThat(PosixFiles.readlink(link)).isEqualTo("nowhere/é");
        assertThat(PosixFiles.lstat(link).isSymlink()).isTrue();
    }

    @Test
    void a_missing_file_is_null_or_a_typed_failure() throws Exception {
        Path missing = folder.resolve("missing");
        assertThat(PosixFiles.lstatIfPresent(missing)).isNull();
        assertThatThrownBy(() -> PosixFiles.lstat(missing)).isInstanceOfSatisfying(ErrnoException.class, e -> {
            assertThat(e.errnoName()).isEqualTo("ENOENT");
            assertThat(e.call()).isEqualTo("lstat");
            assertThat(e.path()).isEqualTo(missing.toString());
        });
    }

    @Test
    void attributes_are_set_listed_and_removed() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(PosixFiles.xattrs(file)).isEmpty();
        PosixFiles.setXattr(file, "user.b", new byte[] {0, 1, 2});
        PosixFiles.setXattr(file, "user.a", new byte[0]);
        assertThat(PosixFiles.xattrs(file)).containsOnlyKeys("user.a", "user.b");
        assertThat(PosixFiles.getXattr(file, "user.b")).containsExactly(0, 1, 2);
        PosixFiles.removeXattr(file, "user.b");
        assertThat(PosixFiles.getXattr(file, "user.b")).isNull();
    }

    @Test
    void root_makes_device_nodes_pipes_and_owners() throws Exception {
        assumeTrue(Posix.effectiveUid() == 0, "needs root");
        Path device = folder.resolve("device");
        PosixFiles.mknod(device, FileKind.BLOCK_DEVICE, 0666, new FileStatus.Device(259, 70000));
        assertThat(PosixFiles.lstat(device).specialDevice()).isEqualTo(new FileStatus.Device(259, 70000));
        assertThat(PosixFiles.lstat(device).mode()).isEqualTo(0666);
        PosixFiles.mkfifo(folder.resolve("pipe"), 0622);
        assertThat(PosixFiles.lstat(folder.resolve("pipe")).kind()).isEqualTo(FileKind.FIFO);
        PosixFiles.mknod(folder.resolve("gone"), FileKind.CHARACTER_DEVICE, 0, new FileStatus.Device(0, 0));
        assertThat(PosixFiles.lstat(folder.resolve("gone")).isOverlayWhiteout()).isTrue();
        PosixFiles.lchown(device, 12, -2);
        assertThat(PosixFiles.lstat(device).owner()).isEqualTo(new FileStatus.Owner(12, -2));
    }

    @Test
    void names_that_are_no_text_are_reached_by_their_bytes() throws Exception {
        Path odd = Path.of(URI.create("file://" + folder + "/%FF%C3%28"));
        Files.createFile(odd);
        assertThat(PosixFiles.lstat(odd).size()).isZero();
        Path listed;
        try (var stream = Files.newDirectoryStream(folder)) {
            listed = stream.iterator().next();
        }
        assertThat(PosixFiles.lstat(listed).identity())
                .isEqualTo(PosixFiles.lstat(odd).identity());
        PosixFiles.deleteTree(odd);
        assertThat(Files.list(folder)).isEmpty();
    }

    @Test
    void copies_keep_content_and_holes() throws Exception {
        Path sparse = folder.resolve("sparse");
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(50_000_000);
            file.seek(20_000_000);
            file.write(noise);
        }
        Path copy = folder.resolve("copy");
        PosixFiles.copyContent(sparse, copy);
        assertThat(Files.mismatch(sparse, copy)).isEqualTo(-1);
        long blocks = ((Number) Files.getAttribute(copy, "unix:size")).longValue();
        assertThat(blocks).isEqualTo(50_000_000);
        assertThatThrownBy(() -> PosixFiles.copyContent(sparse, copy))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errnoName()).isEqualTo("EEXIST"));
        Path shm = Path.of("/dev/shm/runner-copy-" + ProcessHandle.current().pid());
        assumeTrue(Files.isWritable(shm.getParent()), "/dev/shm is another file system");
        try {
            PosixFiles.copyContent(sparse, shm);
            assertThat(Files.mismatch(sparse, shm)).isEqualTo(-1);
        } finally {
            Files.deleteIfExists(shm);
        }
    }

    @Test
    void renames_do_not_replace_and_exchange_swaps() throws Exception {
        Path one = Files.writeString(folder.resolve("one"), "1");
        Path two = Files.writeString(folder.resolve("two"), "2");
        assertThat(PosixFiles.renameNoReplace(one, two)).isFalse();
        PosixFiles.exchange(one, two);
        assertThat(one).hasContent("2");
        assertThat(PosixFiles.renameNoReplace(one, folder.resolve("three"))).isTrue();
    }

    @Test
    void a_tree_deeper_than_any_path_and_closed_folders_are_deleted() throws Exception {
        Path root = Files.createDirectory(folder.resolve("tree"));
        Path outside = Files.writeString(folder.resolve("outside"), "stays");
        PosixFiles.symlink("../outside", root.resolve("link"));
        // 60 names of 200 bytes: three times PATH_MAX, built from the bottom up.
        Path top = Files.createDirectory(folder.resolve("bottom"));
        Files.writeString(top.resolve("leaf"), "x");
        for (int i = 0; i < 60; i++) {
            Path parent = Files.createDirectory(folder.resolve("p" + i));
            Files.move(top, parent.resolve("n".repeat(200)));
            top = parent;
        }
        Files.move(top, root.resolve("deep"));
        PosixFiles.mkdir(root.resolve("closed"), 0);
        PosixFiles.deleteTree(root);
        assertThat(root).doesNotExist();
        assertThat(outside).hasContent("stays");
        PosixFiles.deleteTree(root);
    }

    @Test
    void paths_inside_a_root_cannot_leave_it() throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(folder.resolve("secret"), "outside");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("secret"), "inside");
        PosixFiles.symlink("../../../secret", root.resolve("etc/climb"));
        PosixFiles.symlink("/secret", root.resolve("etc/absolute"));
        for (String path : new String[] {"etc/climb", "etc/absolute", "../secret", "/secret"}) {
            try (OpenedPath opened = OpenedPath.inRoot(root, path, true)) {
                assertThat(opened.path()).hasContent("inside");
                assertThat(opened.realPath()).isEqualTo(root.toRealPath().resolve("secret"));
            }
        }
        try (OpenedPath opened = OpenedPath.inRoot(root, "etc/climb", false)) {
            assertThat(opened.status().isSymlink()).isTrue();
        }
    }

    @Test
    void many_threads_do_not_mix_their_answers() throws Exception {
        for (int i = 0; i < 64; i++) {
            Files.write(folder.resolve("f" + i), new byte[i]);
        }
        try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new java.util.ArrayList<java.util.concurrent.Future<Boolean>>();
            for (int t = 0; t < 16; t++) {
                answers.add(executor.submit(() -> {
                    for (int n = 0; n < 2000; n++) {
                        if (PosixFiles.lstat(folder.resolve("f" + n % 64)).size() != n % 64) {
                            return false;
                        }
                    }
                    return true;
                }));
            }
            for (var answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        }
    }
}
