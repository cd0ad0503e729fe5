package dev.runner.build.embedded;

import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.MountFrom;
import dev.runner.dockerfile.Heredoc;
import dev.runner.dockerfile.Mount;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of vertices.
 *
 * <p>Three keys can stand for one vertex. The <em>definition</em> is made from the text alone and, for what comes from the
 * context, from its content; it needs nothing to run. The <em>primary</em> key is the same, but over the effective key of
 * what lies below. The <em>effective</em> key is the primary one, but for a COPY from a stage: there it is made from the
 * content that is copied, so that a stage that was built again with the same result changes nothing above. A record is kept
 * under all of them, and holds the effective one.
 *
 * <p>Not in any key: times of files, proxies, values of secrets.
 */
final class VertexKeys {
    private final @Nullable Long epoch;
    private final ContentDigests contents;

    /** @param epoch {@code SOURCE_DATE_EPOCH}; it is in the layers, so it is in the keys */
    VertexKeys(@Nullable Long epoch, ContentDigests contents) {
        this.epoch = epoch;
        this.contents = contents;
    }

    /** Digests of what comes from elsewhere. */
    interface ContentDigests {
        /** What a COPY or a mount reads of a context. */
        Digest context(ContextTree tree, List<String> sources, boolean parents, List<String> excludes)
                throws IOException, InterruptedException;

        /** A file or repository by address. */
        Digest address(String address, Vertex.Copy.Remote wanted) throws IOException, InterruptedException;

        /** The definition of a stage. */
        Digest stage(Vertex.State state) throws IOException, InterruptedException;
    }

    Digest key(Vertex vertex, Digest before) throws IOException, InterruptedException {
        return switch (vertex) {
            case Vertex.Run run -> run(run, before);
            case Vertex.Copy copy -> copy(copy, before, null);
            case Vertex.Workdir workdir ->
                of("workdir/1", before).add(workdir.path).add(workdir.user).finish();
        };
    }

    /** The effective key of a COPY from a stage. */
    Digest copied(Vertex.Copy copy, Digest before, Digest content) throws IOException, InterruptedException {
        return copy(copy, before, content);
    }

    private KeyHash of(String kind, Digest before) {
        return KeyHash.of(kind).add(before).add(epoch == null ? null : epoch.toString());
    }

    private Digest run(Vertex.Run run, Digest before) throws IOException, InterruptedException {
        Heredoc script = run.command.script();
        KeyHash key = of("run/1", before)
                .add(run.where().platform().toString())
                .add(run.command.arguments())
                .add(script == null ? null : script.name())
                .add(script == null ? null : script.data())
                .add(run.command.environment())
                .add(run.command.directory())
                .add(run.command.user())
                .add(run.isolation.network().name())
                .add(run.isolation.insecure())
                .add(run.isolation.extraHosts())
                .add(Integer.toString(run.mounts.size()));
        if (run.isolation.surroundings().hostname() != null) {
            key.add("hostname").add(run.isolation.surroundings().hostname());
        }
        for (MountFrom mount : run.mounts) {
            addMount(key, mount);
        }
        return key.finish();
    }

    private void addMount(KeyHash key, MountFrom from) throws IOException, InterruptedException {
        switch (from.mount()) {
            case Mount.Bind bind -> {
                key.add("bind").add(bind.target()).add(bind.source()).add(bind.readOnly());
                addFiles(key, from.files(), bind.source());
            }
            case Mount.Cache cache -> {
                key.add("cache").add(cache.target()).add(cache.id()).add(cache.readOnly());
                key.add(cache.owner().toString()).add(cache.source());
            }
            case Mount.Tmpfs tmpfs -> key.add("tmpfs").add(tmpfs.target()).add(Long.toString(tmpfs.size()));
            case Mount.Secret secret ->
                key.add("secret")
                        .add(secret.id())
                        .add(secret.target())
                        .add(secret.environment())
                        .add(secret.required())
                        .add(secret.owner().toString());
            case Mount.Ssh ssh -> key.add("ssh").add(ssh.id()).add(ssh.target()).add(ssh.required());
        }
    }

    private void addFiles(KeyHash key, @Nullable Files files, String source) throws IOException, InterruptedException {
        switch (files) {
            case null -> key.add("none");
            case Files.Context context ->
                key.add("context").add(contents.context(context.tree(), List.of(source), false, List.of()));
            case Files.Stage stage -> key.add("stage").add(contents.stage(stage.state()));
        }
    }

    private Digest copy(Vertex.Copy copy, Digest before, @Nullable Digest content)
            throws IOException, InterruptedException {
        Vertex.Copy.Options options = copy.options;
        KeyHash key = of("copy/1", before)
                .add(copy.destination)
                .add(options.chown())
                .add(options.chmod())
                .add(options.link())
                .add(options.parents())
                .add(options.excludes())
                .add(options.unpack().local())
                .add(options.unpack().remote())
                .add(Integer.toString(copy.documents.size()));
        copy.documents.forEach(document -> key.add(document.name()).add(document.data()));
        List<String> addresses =
                copy.sources.stream().filter(Downloads::isRemote).toList();
        key.add(addresses);
        for (String address : addresses) {
            key.add(contents.address(address, options.remote()));
        }
        List<String> paths = copy.sources.stream()
                .filter(source -> !Downloads.isRemote(source))
                .toList();
        if (content != null) {
            return key.add("content").add(names(paths, options)).add(content).finish();
        }
        switch (copy.from) {
            case Files.Context context ->
                key.add("content")
                        .add(names(paths, options))
                        .add(contents.context(context.tree(), paths, options.parents(), options.excludes()));
            case Files.Stage stage -> key.add("stage").add(paths).add(contents.stage(stage.state()));
        }
        return key.finish();
    }

    /** What the content's digest does not hold of the sources: how many there are; their names are in it. */
    private static String names(List<String> paths, Vertex.Copy.Options options) {
        return paths.size() + (options.parents() ? " parents" : "");
    }
}
