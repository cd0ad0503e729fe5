package dev.runner.build.embedded;

import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.embedded.containers.ContainerFolder;
import dev.runner.build.embedded.containers.ContainerShelf;
import dev.runner.build.embedded.store.MergedView;
import dev.runner.build.embedded.store.ViewNode;
import dev.runner.host.sandbox.SandboxMount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container sees over its root.
 *
 * @param volumes folders of volumes and binds, by target
 */
record ContainerMounts(List<SandboxMount> mounts, Map<String, Path> volumes) {
    static ContainerMounts of(ContainerSpec spec, ContainerShelf shelf, ContainerFolder folder, ContainerImage image)
            throws IOException {
        List<SandboxMount> mounts = new ArrayList<>();
        Map<String, Path> volumes = new LinkedHashMap<>();
        int nameless = 0;
        for (ContainerMount mount : spec.mounts()) {
            switch (mount) {
                case ContainerMount.Bind bind -> {
                    Path source = bind.source().toAbsolutePath();
                    if (!Files.exists(source)) {
                        Files.createDirectories(source);
                    }
                    mounts.add(new SandboxMount.Bind(source, bind.target(), bind.readOnly()));
                    volumes.put(bind.target(), source);
                }
                case ContainerMount.Volume volume -> {
                    Path source = volume.name().isEmpty()
                            ? folder.folder("volume" + nameless++)
                            : shelf.volume(volume.name());
                    fill(source, volume.target(), image.view());
                    mounts.add(new SandboxMount.Bind(source, volume.target(), volume.readOnly()));
                    volumes.put(volume.target(), source);
                }
                case ContainerMount.Device device ->
                    mounts.add(new SandboxMount.Device(device.source().toAbsolutePath(), device.target()));
                case ContainerMount.Tmpfs tmpfs ->
                    mounts.add(new SandboxMount.Tmpfs(tmpfs.target(), tmpfs.sizeBytes(), tmpfs.mode()));
            }
        }
        return new ContainerMounts(mounts, volumes);
    }

    /** An empty volume takes what the image has there, with its owner and mode. */
    private static void fill(Path volume, String target, MergedView view) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(volume)) {
            if (files.iterator().hasNext()) {
                return;
            }
        }
        ViewNode node = view.resolve(target);
        if (node != null && node.isDirectory()) {
            new TreeCopy(new LiveTree(view), true).copyWhole(node, volume);
        }
    }
}
