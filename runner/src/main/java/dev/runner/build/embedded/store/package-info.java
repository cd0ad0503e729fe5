/**
 * The local store: blobs, snapshots, cache keys, images and digests of files, in one folder that any number of processes
 * share and that {@code kill -9} at any moment leaves sound.
 *
 * <p>Door: {@link dev.runner.build.embedded.store.Store}, which gives the
 * {@link dev.runner.build.embedded.store.BlobStore}, {@link dev.runner.build.embedded.store.SnapshotStore},
 * {@link dev.runner.build.embedded.store.KeyStore}, {@link dev.runner.build.embedded.store.MountFolders}, {@link dev.runner.build.embedded.store.ImageStore} and
 * {@link dev.runner.build.embedded.store.FileDigests}; beside it {@link dev.runner.build.embedded.store.LayerDiff} (an
 * overlay's upper folder as a layer), {@link dev.runner.build.embedded.store.MergedView} with
 * {@link dev.runner.build.embedded.store.Accounts} (snapshots as one tree, without a mount) and
 * {@link dev.runner.build.embedded.store.TreeDigest}. For folders that are not the store's and that others may change
 * meanwhile: {@link dev.runner.build.embedded.store.UntrustedFolder} reads, and
 * {@link dev.runner.build.embedded.store.GuardedTarget} writes.
 *
 * <p>The folder:
 *
 * <pre>
 * blobs/sha256/HEX           content; complete as soon as the name exists
 * snapshots/NAME/d           the files of one layer in overlayfs form; NAME is RUN.NUMBER, short for mount options
 * snapshots/NAME/w           overlayfs' work folder while a RUN step writes into d
 * snapshots/NAME/boot        the boot during which the snapshot was made; absent once it is known to be on the disk
 * snapshots/by-diff/HEX      symbolic link to ../NAME: the layer with this diffId is complete
 * mounts/NAME                folders of cache mounts; NAME.lock and NAME.about beside them
 * keys/log                   cache keys, appended
 * history/log                what steps were made from, appended; only to explain
 * files/log                  digests of context files, appended
 * images/HEX                 one name or digest and its root descriptor; HEX is the hash of the name
 * uses/table, uses/RUN-…     how many runs used what; the leases of runs that ended since it was reckoned
 * growth                     what was added since somebody looked whether it is too much
 * locks/…                    flock files
 * tmp/RUN/alive              held with flock by a living run
 * tmp/RUN/leases             what the run uses, appended
 * tmp/RUN/…                  unfinished blobs
 * </pre>
 *
 * <p>What makes it sound. A blob is written under {@code tmp}, synced and renamed. A snapshot is complete when the link
 * in {@code by-diff} exists, and making a symbolic link is one atomic step that only one of two racing processes can win.
 * Snapshots are not synced file by file, that would cost more than unpacking: the page cache keeps every promise until
 * the machine goes down, so a snapshot is believed during the boot that made it, and later only if a {@code syncfs} was
 * seen to succeed after it was complete; any other is thrown away and made again. A log's record carries its length and
 * a checksum; a torn tail is cut off. What a dead run left is swept by the next {@link
 * dev.runner.build.embedded.store.Store#open}, which knows the dead by their marker's lock.
 *
 * <p>Prune takes {@code locks/gc}, reads the living runs' leases and deletes only what none of them names; taking a
 * lease holds the same lock shared, so that nothing vanishes between finding and using it. What a run finds without a
 * lease, such as a key's record, says only where to look.
 */
@NullMarked
package dev.runner.build.embedded.store;

import org.jspecify.annotations.NullMarked;
