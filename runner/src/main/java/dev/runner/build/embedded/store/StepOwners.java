package dev.runner.build.embedded.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who owns what a step made where the disk does not tell: a sandbox that only pretends to be the step's user lets all be
 * this program's user's, and tells here what the step asked {@code chown} for.
 */
public final class StepOwners {
    /** The disk tells. */
    public static final StepOwners ON_DISK = new StepOwners(false, 0, 0);

    private final boolean pretended;
    private final long uid;
    private final long gid;
    private final Map<File, Owner> asked = new ConcurrentHashMap<>();

    private StepOwners(boolean pretended, long uid, long gid) {
        this.pretended = pretended;
        this.uid = uid;
        this.gid = gid;
    }

    /** New files are this user's. */
    public static StepOwners pretending(long uid, long gid) {
        return new StepOwners(true, uid, gid);
    }

    /** @param born when the inode was made, in nanoseconds: numbers of deleted inodes are used again */
    private record File(long device, long inode, long born) {}

    private record Owner(long uid, long gid) {}

    /** The step changed an owner; -1 leaves the user or the group. */
    public void changed(long device, long inode, long born, long newUid, long newGid) {
        asked.merge(
                new File(device, inode, born),
                new Owner(newUid, newGid),
                (old, now) -> new Owner(now.uid < 0 ? old.uid : now.uid, now.gid < 0 ? old.gid : now.gid));
    }

    boolean pretended() {
        return pretended;
    }

    /** The owner of a file that the step made or asked for; null if it was there and was left. */
    FileStat.@Nullable Owner of(FileStat stat, long born, FileStat.@Nullable Owner before) {
        Owner owner = asked.get(new File(stat.inode().device(), stat.inode().number(), born));
        FileStat.Owner base = before == null ? new FileStat.Owner(uid, gid) : before;
        if (owner == null) {
            return before == null ? base : null;
        }
        return new FileStat.Owner(owner.uid < 0 ? base.uid() : owner.uid, owner.gid < 0 ? base.gid() : owner.gid);
    }
}
