package dev.runner.build.embedded;

import dev.runner.build.embedded.buildkit.HashedFiles;
import dev.runner.build.embedded.git.WorkingTree;
import dev.runner.build.embedded.store.FileDigests;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ids that git gives, or would give, the contents of a context's files. Safe for many threads. */
final class ObjectIds {
    private final ContextTree tree;
    private final WorkingTree git;
    private final Map<String, Digest> read = new ConcurrentHashMap<>();

    ObjectIds(ContextTree tree, WorkingTree git) {
        this.tree = tree;
        this.git = git;
    }

    /** Of a file that git vouches for; null for one that has to be read. */
    @Nullable
    Digest vouched(ViewNode file, FileDigests.Stamp stamp) {
        String id = git.object(file.path(), stamp);
        return id == null ? null : digest(id);
    }

    /** Of the bytes that a file has. */
    Digest of(ViewNode file) throws IOException {
        Digest known = read.get(file.path());
        if (known != null) {
            return known;
        }
        try (InputStream content = new Noting(file, tree.open(file))) {
            byte[] buffer = new byte[(int) Math.clamp(file.status().size() + 1, 512, 1 << 16)];
            while (content.read(buffer) >= 0) {
                continue;
            }
        }
        known = read.get(file.path());
        if (known == null) {
            throw new IOException("'" + file.path() + "' changed while it was read");
        }
        return known;
    }

    /** The context's files; the id of each that is read to its end is noted on the way. */
    HashedFiles noting() {
        return new HashedFiles() {
            @Override
            public @Nullable ViewNode resolve(String path) throws IOException {
                return tree.resolve(path);
            }

            @Override
            public List<ViewNode> list(ViewNode folder) throws IOException {
                return tree.list(folder);
            }

            @Override
            public InputStream open(ViewNode file) throws IOException {
                return new Noting(file, tree.open(file));
            }

            @Override
            public Map<String, byte[]> xattrs(ViewNode node) throws IOException {
                return tree.xattrs(node);
            }
        };
    }

    private static Digest digest(String id) {
        return KeyHash.of("git/1").add(id).finish();
    }

    private final class Noting extends FilterInputStream {
        private final ViewNode file;
        private final MessageDigest hash = Digest.sha1();
        private long left;

        private Noting(ViewNode file, InputStream in) {
            super(in);
            this.file = file;
            this.left = file.status().size();
            hash.update(("blob " + left + "\0").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            if (n >= 0) {
                hash.update(bytes, offset, n);
                left -= n;
            } else if (left == 0) {
                read.put(file.path(), digest(HexFormat.of().formatHex(hash.digest())));
            }
            return n;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }
    }
}
