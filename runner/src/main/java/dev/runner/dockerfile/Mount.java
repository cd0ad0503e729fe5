package dev.runner.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * A mount of one RUN step, from {@code --mount=type=…}, with its defaults filled in.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#run---mount">Dockerfile reference, RUN --mount</a>
 */
public sealed interface Mount {
    /** Where it stands in the step's file system; a relative path starts at the working directory. */
    @Nullable
    String target();

    /**
     * {@code type=bind}, the default type.
     *
     * @param from a stage, a named context or an image; null for the build context
     * @param source a path in it, {@code /} by default
     * @param readOnly true unless {@code rw}; what a step writes is thrown away
     */
    record Bind(String target, @Nullable String from, String source, boolean readOnly) implements Mount {}

    /**
     * {@code type=cache}, a folder that outlives the build.
     *
     * @param id names the cache; the target by default
     * @param from what it starts from when it is new; null for an empty folder
     * @param owner of a new folder, mode 0755 by default
     */
    record Cache(
            String target,
            String id,
            boolean readOnly,
            Sharing sharing,
            @Nullable String from,
            @Nullable String source,
            Owner owner)
            implements Mount {
        public Cache withId(String value) {
            return new Cache(target, value, readOnly, sharing, from, source, owner);
        }
    }

    /** Who may use a cache at a time. */
    enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }

    /**
     * {@code type=tmpfs}.
     *
     * @param size in bytes, 0 for no limit
     */
    record Tmpfs(String target, long size, boolean readOnly) implements Mount {}

    /**
     * {@code type=secret}, a file or a variable.
     *
     * @param id names the secret; the target's last part by default
     * @param target null if it is only a variable; else {@code /run/secrets/ID} by default
     * @param environment the variable to set, null for none
     * @param required whether the step fails without it
     * @param owner mode 0400 by default
     */
    record Secret(
            String id, @Nullable String target, @Nullable String environment, boolean required, Owner owner)
            implements Mount {}

    /**
     * {@code type=ssh}, an agent's socket.
     *
     * @param id {@code default} by default
     * @param target {@code /run/buildkit/ssh_agent.N} if null, N counting the step's ssh mounts from 0
     * @param owner mode 0600 by default
     */
    record Ssh(String id, @Nullable String target, boolean required, Owner owner) implements Mount {}

    /** Mode bits and numeric owner of what is mounted. */
    record Owner(int mode, int uid, int gid) {
        /** Of a cache whose mount says nothing of it. */
        public static final Owner CACHE = new Owner(0755, 0, 0);
    }
}
