package dev.runner.build.embedded;

import dev.runner.build.NetworkMode;
import dev.runner.dockerfile.Heredoc;
import dev.runner.dockerfile.Mount;
import dev.runner.host.sandbox.Limits;
import dev.runner.oci.Platform;
import dev.runner.source.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One instruction that makes a layer. Its identity is the object; equal work is found by its key. */
abstract sealed class Vertex {
    private final Where where;
    private final State before;
    private final boolean noCache;
    private volatile boolean read;

    private Vertex(Where where, State before, boolean noCache) {
        this.where = where;
        this.before = before;
        this.noCache = noCache;
    }

    /**
     * Where it stands.
     *
     * @param name as people see it: {@code [linux/arm64 builder 3/5] RUN make}
     */
    record Where(String stage, Platform platform, String name, Span span) {}

    Where where() {
        return where;
    }

    State before() {
        return before;
    }

    boolean noCache() {
        return noCache;
    }

    /** Notes, before it runs, that something will read its files and not only its layer. */
    void willBeRead() {
        read = true;
    }

    boolean isRead() {
        return read;
    }

    /** Whether it reads the files of what lies below, and not only its names. */
    boolean readsBelow() {
        return switch (this) {
            case Run run -> true;
            case Copy copy -> copy.options.chown() != null;
            case Workdir workdir -> !workdir.user.isEmpty();
        };
    }

    /**
     * Files after some instructions.
     *
     * @param last the vertex on top; null for the base itself
     */
    record State(Base base, @Nullable Vertex last) {
        State then(Vertex vertex) {
            return new State(base, vertex);
        }
    }

    /** A RUN. */
    static final class Run extends Vertex {
        final Command command;
        final Isolation isolation;
        final List<MountFrom> mounts;

        Run(Where where, State before, boolean noCache, Command command, Isolation isolation, List<MountFrom> mounts) {
            super(where, before, noCache);
            this.command = command;
            this.isolation = isolation;
            this.mounts = List.copyOf(mounts);
        }
    }

    /**
     * What a RUN starts.
     *
     * @param script a here-document that is the program itself, mounted under {@code /dev/pipes}; null for none
     * @param environment what the image and its arguments set
     * @param declared which of that ARG declares
     * @param proxies set for the process, over its environment, but no part of the key
     * @param user as USER has it; empty for root
     */
    record Command(
            List<String> arguments,
            @Nullable Heredoc script,
            Map<String, String> environment,
            Set<String> declared,
            Map<String, String> proxies,
            String directory,
            String user) {}

    /**
     * What a RUN may reach.
     *
     * @param networkAsked whether the instruction itself names the network
     * @param surroundings what the build's arguments say of all of them
     */
    record Isolation(
            NetworkMode network,
            boolean networkAsked,
            boolean insecure,
            Map<String, String> extraHosts,
            Limits limits,
            Surroundings surroundings) {
        /** A mount as this build has it: its cache folders may be apart from those of others. */
        Mount own(Mount mount) {
            return mount instanceof Mount.Cache cache
                            && !surroundings.cacheNamespace().isEmpty()
                    ? cache.withId(surroundings.cacheNamespace() + "/" + cache.id())
                    : mount;
        }
    }

    /**
     * What every RUN of a build has in common.
     *
     * @param hostname null for the usual one
     * @param cacheNamespace what the ids of cache mounts begin with; empty for nothing
     */
    record Surroundings(@Nullable String hostname, String cacheNamespace) {}

    /**
     * A mount and where its files come from.
     *
     * @param files null when it has no {@code from} and needs no context
     */
    record MountFrom(Mount mount, @Nullable Files files) {}

    /** Where COPY, ADD and mounts read. */
    sealed interface Files {
        /** A folder of this machine. */
        record Context(ContextTree tree) implements Files {}

        /** A stage or an image. */
        record Stage(State state) implements Files {}
    }

    /** A COPY or ADD. */
    static final class Copy extends Vertex {
        final Files from;
        final List<String> sources;
        final List<Heredoc> documents;
        final String destination;
        final Options options;

        Copy(
                Where where,
                State before,
                boolean noCache,
                Files from,
                List<String> sources,
                List<Heredoc> documents,
                String destination,
                Options options) {
            super(where, before, noCache);
            this.from = from;
            this.sources = List.copyOf(sources);
            this.documents = List.copyOf(documents);
            this.destination = destination;
            this.options = options;
        }

        /**
         * Flags.
         *
         * @param unpack of local archives and of remote ones
         */
        record Options(
                @Nullable String chown,
                @Nullable String chmod,
                boolean link,
                boolean parents,
                List<String> excludes,
                Unpack unpack,
                Remote remote) {}

        /**
         * What is wanted of what is fetched.
         *
         * @param checksum digest of the one address, or SHA of the commit; null for any
         * @param keepGitDir whether {@code .git} comes too; null for what the address says
         */
        record Remote(@Nullable String checksum, @Nullable Boolean keepGitDir) {
            static final Remote ANY = new Remote(null, null);
        }

        /** Which archives are unpacked. */
        record Unpack(boolean local, boolean remote) {}
    }

    /** A WORKDIR that may have to make its folder. */
    static final class Workdir extends Vertex {
        final String path;
        final String user;

        Workdir(Where where, State before, boolean noCache, String path, String user) {
            super(where, before, noCache);
            this.path = path;
            this.user = user;
        }
    }
}
