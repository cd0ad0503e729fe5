package dev.runner.build.embedded.store;

import java.io.IOException;

/**
 * What this process may do to files. Without root, files belong to the user whatever the layer says, capabilities and
 * attributes that need rights are left out, and overlayfs reads its marks from {@code user.*}.
 *
 * @param root whether owners can be given
 * @param opaqueAttribute the attribute that marks a folder opaque
 */
record Privileges(boolean root, String opaqueAttribute) {
    static final Privileges USER = new Privileges(false, LayerXattrs.USER_OPAQUE);

    /** Finds out in a folder of ours: a container's root may lack {@code CAP_SYS_ADMIN}, which {@code trusted.*} needs. */
    static Privileges probe(Sys sys, int folder) {
        if (!Sys.isRoot()) {
            return USER;
        }
        if (!givesOwners(sys, folder)) {
            return USER;
        }
        boolean trusted = sys.setXattr(folder, ".", "trusted.overlay.probe", LayerXattrs.yes()) >= 0;
        return new Privileges(true, trusted ? LayerXattrs.TRUSTED_OPAQUE : LayerXattrs.USER_OPAQUE);
    }

    /** In a user namespace of one user, or without {@code CAP_CHOWN}, root is no more than a user. */
    private static boolean givesOwners(Sys sys, int folder) {
        String probe = "owner-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        if (sys.mkdir(folder, probe, 0700) < 0) {
            return false;
        }
        try {
            return sys.chown(folder, probe, 1, 1) >= 0;
        } finally {
            sys.unlink(folder, probe, Sys.AT_REMOVEDIR);
        }
    }

    void checkOwner(int result, String path) throws IOException {
        if ((result == -Sys.EPERM || result == -Sys.EINVAL) && !root) {
            return;
        }
        Sys.check(result, "chown", path);
    }

    /** File systems without such attributes, and kinds of files that can have none, lose them, as in every builder. */
    void checkXattr(int result, String path) throws IOException {
        boolean lost = result == -Sys.EOPNOTSUPP || result == -Sys.EPERM;
        if (!lost) {
            Sys.check(result, "setxattr", path);
        }
    }
}
