package dev.runner.host;

import dev.runner.host.emulator.Emulators;
import dev.runner.host.posix.PosixFiles;
import dev.runner.host.process.Command;
import dev.runner.host.process.Executables;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A static busybox of any architecture that Debian has, from the machine's own mirror, kept in {@code
 * ~/.cache/runner-test-fixtures}. A test that cannot have it is skipped with the reason.
 */
public final class ForeignBusybox {
    /** Applets that get a link in {@code /bin}. */
    private static final List<String> APPLETS = List.of(
            ("sh cat ls id touch mkdir rm cp mv ln chmod chown mount stat hostname env sleep uname ip mknod find tty"
                            + " echo test head wc grep sed sort tar date dirname basename printf true false pwd")
                    .split(" "));

    private ForeignBusybox() {}

    /** The binary for a platform. */
    public static synchronized Path binary(Platform platform) {
        String architecture = debianName(platform);
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "runner-test-fixtures");
        Path file = cache.resolve("busybox-" + architecture);
        if (Files.exists(file)) {
            return file;
        }
        Assumptions.assumeTrue(Executables.find("apt-get") != null, "busybox is fetched by apt-get, which is absent");
        try {
            Files.createDirectories(cache);
            try (FileChannel lock = FileChannel.open(
                            cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    ProcessRunner processes = new ProcessRunner()) {
                lock.lock();
                if (!Files.exists(file)) {
                    fetch(processes, architecture, cache, file);
                }
            }
            return file;
        } catch (IOException e) {
            return Assumptions.abort("no busybox for " + platform + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Makes a root file system with busybox in {@code /bin} and links for its applets. */
    public static void install(Platform platform, Path root) throws IOException {
        Path bin = Files.createDirectories(root.resolve("bin"));
        Files.copy(binary(platform), bin.resolve("busybox"));
        PosixFiles.chmod(bin.resolve("busybox"), 0755);
        for (String applet : APPLETS) {
            PosixFiles.symlink("busybox", bin.resolve(applet));
        }
    }

    private static void fetch(ProcessRunner processes, String architecture, Path cache, Path file)
            throws IOException, InterruptedException {
        Path apt = Files.createDirectories(cache.resolve("apt-" + architecture));
        for (String folder : List.of("lists/partial", "cache/archives/partial", "download")) {
            Files.createDirectories(apt.resolve(folder));
        }
        Files.writeString(apt.resolve("status"), "");
        List<String> options = new ArrayList<>(List.of(
                "-q",
                "-o",
                "APT::Architecture=" + architecture,
                "-o",
                "APT::Architectures=" + architecture,
                "-o",
                "Dir::State::Lists=" + apt.resolve("lists"),
                "-o",
                "Dir::State::Status=" + apt.resolve("status"),
                "-o",
                "Dir::Cache=" + apt.resolve("cache"),
                "-o",
                "APT::Sandbox::User=root"));
        if (architecture.equals("riscv64")) {
            options.addAll(newerSuite(apt));
        }
        // One source of several may fail.
        processes.run(apt(options, "update"));
        processes.runChecked(apt(options, "download", "busybox-static").in(apt.resolve("download")));
        Path unpacked = apt.resolve("unpacked");
        try (DirectoryStream<Path> debs = Files.newDirectoryStream(apt.resolve("download"), "*.deb")) {
            for (Path deb : debs) {
                processes.runChecked(Command.of("dpkg-deb", "-x", deb.toString(), unpacked.toString()));
            }
        }
        Path binary = Files.exists(unpacked.resolve("bin/busybox"))
                ? unpacked.resolve("bin/busybox")
                : unpacked.resolve("usr/bin/busybox");
        Files.move(binary, file, StandardCopyOption.ATOMIC_MOVE);
        PosixFiles.deleteTree(apt);
    }

    /** Debian 12 has no riscv64; Debian 13 on the same mirror has. */
    private static List<String> newerSuite(Path apt) throws IOException {
        Path sources = Path.of("/etc/apt/sources.list.d/debian.sources");
        String mirror = Files.readAllLines(Files.exists(sources) ? sources : Path.of("/etc/apt/sources.list")).stream()
                .filter(line -> line.startsWith("URIs:") || line.startsWith("deb "))
                .flatMap(line -> Stream.of(line.split("\\s+")))
                .filter(word -> word.contains("://") && !word.contains("security"))
                .findFirst()
                .orElseThrow(() -> new IOException("the machine's apt sources name no Debian mirror"));
        Path list = Files.writeString(
                apt.resolve("sources.list"),
                "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " + mirror + " trixie main\n");
        return List.of("-o", "Dir::Etc::sourcelist=" + list, "-o", "Dir::Etc::sourceparts=-");
    }

    private static Command apt(List<String> options, String... words) {
        List<String> argv = new ArrayList<>(List.of("apt-get"));
        argv.addAll(options);
        argv.addAll(List.of(words));
        return Command.of(argv).inheritingEnvironment();
    }

    private static String debianName(Platform platform) {
        String variant = platform.normalized().variant();
        return switch (Emulators.forPlatform(platform)) {
            case AMD64 -> "amd64";
            case I386 -> "i386";
            case ARM64 -> "arm64";
            case ARM -> variant.equals("v7") ? "armhf" : "armel";
            case RISCV64 -> "riscv64";
            case PPC64LE -> "ppc64el";
            case S390X -> "s390x";
            case MIPS64LE -> "mips64el";
            case MIPS64, LOONG64 -> Assumptions.abort("Debian has no " + platform);
        };
    }
}
