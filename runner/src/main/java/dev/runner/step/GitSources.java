package dev.runner.step;

import dev.runner.build.GitAddress;
import dev.runner.build.GitFetcher;
import dev.runner.checkout.Checkout;
import dev.runner.checkout.CheckoutException;
import dev.runner.checkout.CheckoutListener;
import dev.runner.checkout.CheckoutRequest;
import dev.runner.checkout.Commit;
import dev.runner.checkout.GitCredentials;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fetches what builds name of git repositories, by way of the checkout room. */
public final class GitSources implements GitFetcher {
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Checkout checkout;

    public GitSources(Checkout checkout) {
        this.checkout = checkout;
    }

    @Override
    public Fetched fetch(GitAddress address, Path into, @Nullable Secret token)
            throws IOException, InterruptedException {
        CheckoutRequest.Submodules submodules =
                address.submodules() ? CheckoutRequest.Submodules.RECURSIVE : CheckoutRequest.Submodules.NONE;
        CheckoutRequest request = CheckoutRequest.of(address.repository(), into)
                .withRef(address.ref())
                .withScope(CheckoutRequest.Scope.TIP.withSubmodules(submodules))
                .withCredentials(token == null ? GitCredentials.none() : GitCredentials.token(token));
        Commit commit = run(request);
        String wanted = address.checksum();
        if (wanted != null && !commit.sha().startsWith(wanted)) {
            throw new IOException(address.shown() + " is the commit " + commit.sha() + ", not " + wanted);
        }
        Instant time = commit.time().toInstant();
        Files.walkFileTree(into, new Normalizer(FileTime.from(time)));
        return new Fetched(commit.sha(), time);
    }

    private Commit run(CheckoutRequest request) throws IOException, InterruptedException {
        try {
            return checkout.run(request, CheckoutListener.SILENT);
        } catch (CheckoutException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Neither the umask nor the clock is seen in the files. */
    private static final class Normalizer extends SimpleFileVisitor<Path> {
        private final FileTime time;

        private Normalizer(FileTime time) {
            this.time = time;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile()) {
                Files.setPosixFilePermissions(file, Files.isExecutable(file) ? EXECUTABLE : PLAIN);
                Files.setLastModifiedTime(file, time);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.setPosixFilePermissions(folder, EXECUTABLE);
            Files.setLastModifiedTime(folder, time);
            return super.postVisitDirectory(folder, failure);
        }
    }
}
