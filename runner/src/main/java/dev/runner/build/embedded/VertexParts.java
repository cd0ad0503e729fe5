package dev.runner.build.embedded;

import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.MountFrom;
import dev.runner.dockerfile.Heredoc;
import dev.runner.dockerfile.Mount;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the key of a vertex is made from, part by part, to tell which of them changed: names for people with short hashes of
 * the values. A value itself is never kept: it could be a secret.
 */
final class VertexParts {
    /** The part that is a COPY's files. */
    private static final String FILES = "the files";

    private static final String MOUNTED = "the files of the mount ";

    private static final int SHORT = 16;

    private final VertexKeys.ContentDigests contents;
    private final Map<String, String> parts = new LinkedHashMap<>();

    private VertexParts(VertexKeys.ContentDigests contents) {
        this.contents = contents;
    }

    /** @param content of a COPY from a stage; null for everything else */
    static Map<String, String> of(
            Vertex vertex, @Nullable Long epoch, VertexKeys.ContentDigests contents, @Nullable Digest content)
            throws IOException, InterruptedException {
        VertexParts reader = new VertexParts(contents);
        reader.add("SOURCE_DATE_EPOCH", epoch == null ? null : epoch.toString());
        switch (vertex) {
            case Vertex.Run run -> reader.run(run);
            case Vertex.Copy copy -> reader.copy(copy, content);
            case Vertex.Workdir workdir -> {
                reader.add("the folder", workdir.path);
                reader.add("the user", workdir.user);
            }
        }
        return reader.parts;
    }

    /** Whether a part is what an instruction reads of a context or a stage. */
    static boolean isFiles(String name) {
        return name.equals(FILES) || name.startsWith(MOUNTED);
    }

    private void add(String name, @Nullable String value) {
        if (value != null) {
            parts.put(
                    name,
                    KeyHash.of("part/1").add(name).add(value).finish().hex().substring(0, SHORT));
        }
    }

    private void add(String name, List<String> values) {
        add(name, KeyHash.of("list/1").add(values).finish().hex());
    }

    private void run(Vertex.Run run) throws IOException, InterruptedException {
        Vertex.Command command = run.command;
        add("the command", command.arguments());
        Heredoc script = command.script();
        add("the here-document", script == null ? null : script.name() + "\n" + script.data());
        command.environment().forEach((name, value) -> {
            boolean argument = command.declared().contains(name);
            add((argument ? "build argument " : "variable ") + name, value);
        });
        add("the working directory", command.directory());
        add("the user", command.user());
        add("the network mode", run.isolation.network().name());
        add("the host name", run.isolation.surroundings().hostname());
        add("the security mode", Boolean.toString(run.isolation.insecure()));
        run.isolation.extraHosts().forEach((host, address) -> add("the address of " + host, address));
        for (MountFrom mount : run.mounts) {
            mount(new MountFrom(run.isolation.own(mount.mount()), mount.files()));
        }
    }

    private void mount(MountFrom from) throws IOException, InterruptedException {
        Mount mount = from.mount();
        String target = switch (mount) {
            case Mount.Bind bind -> bind.target();
            case Mount.Cache cache -> cache.target();
            case Mount.Tmpfs tmpfs -> tmpfs.target();
            case Mount.Secret secret -> "secret " + secret.id();
            case Mount.Ssh ssh -> "ssh " + ssh.id();
        };
        add("the mount " + target, mount.toString());
        if (mount instanceof Mount.Bind bind) {
            add(MOUNTED + target, files(from.files(), bind.source()));
        }
    }

    private @Nullable String files(@Nullable Files files, String source) throws IOException, InterruptedException {
        return switch (files) {
            case null -> null;
            case Files.Context context ->
                contents.context(context.tree(), List.of(source), false, List.of())
                        .toString();
            case Files.Stage stage -> contents.stage(stage.state()).toString();
        };
    }

    private void copy(Vertex.Copy copy, @Nullable Digest content) throws IOException, InterruptedException {
        Vertex.Copy.Options options = copy.options;
        add("the destination", copy.destination);
        add("--chown", options.chown());
        add("--chmod", options.chmod());
        add("the flags", options.link() + " " + options.parents() + " " + options.unpack());
        add("--exclude", options.excludes());
        for (Heredoc document : copy.documents) {
            add("the here-document " + document.name(), document.data());
        }
        for (String address : copy.sources.stream().filter(Downloads::isRemote).toList()) {
            add(
                    "what is at " + dev.runner.build.GitAddress.redacted(address),
                    contents.address(address, options.remote()).toString());
        }
        Digest files = content;
        if (copy.from instanceof Files.Context context) {
            files = contents.context(context.tree(), paths(copy), options.parents(), options.excludes());
        }
        add(FILES, files == null ? null : files.toString());
    }

    /** The sources that are no addresses. */
    static List<String> paths(Vertex.Copy copy) {
        return copy.sources.stream()
                .filter(source -> !Downloads.isRemote(source))
                .toList();
    }
}
