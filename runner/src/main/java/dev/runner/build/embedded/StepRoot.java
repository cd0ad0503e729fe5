package dev.runner.build.embedded;

import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.PlainRoot;
import dev.runner.build.embedded.store.Snapshot;
import dev.runner.build.embedded.store.StepOwners;
import dev.runner.build.embedded.store.Store;
import dev.runner.build.embedded.store.Workspace;
import dev.runner.host.sandbox.RootFilesystem;
import dev.runner.host.sandbox.Sandbox;
import dev.runner.host.sandbox.SandboxProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a process takes for its root: an overlay where one can be mounted, else a plain copy that is compared after. */
final class StepRoot implements AutoCloseable {
    private final Store store;
    private final Workspace workspace;
    private final RootFilesystem filesystem;
    private final @Nullable PlainRoot plain;
    private final StepOwners owners;
    private boolean clean;

    private StepRoot(
            Store store, Workspace workspace, RootFilesystem filesystem, @Nullable PlainRoot plain, StepOwners owners) {
        this.store = store;
        this.workspace = workspace;
        this.filesystem = filesystem;
        this.plain = plain;
        this.owners = owners;
    }

    static StepRoot of(
            Store store, List<Snapshot> topFirst, Workspace workspace, Sandbox sandbox, SandboxProcess.User user)
            throws IOException {
        if (sandbox.mounts()) {
            List<Path> lowers = store.snapshots().lowers(topFirst);
            RootFilesystem overlay = new RootFilesystem.Overlay(
                    lowers.isEmpty() ? List.of(store.newTemporaryFolder()) : lowers,
                    workspace.upper(),
                    workspace.work());
            return new StepRoot(store, workspace, overlay, null, StepOwners.ON_DISK);
        }
        PlainRoot plain = store.snapshots().plainRoot(topFirst, workspace);
        StepOwners owners = sandbox.pretends(user)
                ? StepOwners.pretending(Integer.toUnsignedLong(user.uid()), Integer.toUnsignedLong(user.gid()))
                : StepOwners.ON_DISK;
        RootFilesystem folder = new RootFilesystem.Directory(
                plain.path(), false, owners == StepOwners.ON_DISK ? null : owners::changed);
        return new StepRoot(store, workspace, folder, plain, owners);
    }

    RootFilesystem filesystem() {
        return filesystem;
    }

    /** Brings what the process changed into the workspace's upper folder. */
    void collect(MergedView before, Set<String> without) throws IOException {
        if (plain == null) {
            store.snapshots().keepOwners(workspace, before);
            return;
        }
        plain.collect(workspace, before, owners, without);
        clean = true;
    }

    @Override
    public void close() throws IOException {
        if (plain != null && clean) {
            store.snapshots().giveBack(plain);
        } else if (plain != null) {
            store.snapshots().discard(plain);
        }
    }
}
