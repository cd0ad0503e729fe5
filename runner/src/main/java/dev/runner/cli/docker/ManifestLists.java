package dev.runner.cli.docker;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Index;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lists that {@code docker manifest create} makes until they are pushed: a file each, beside Docker's configuration. */
final class ManifestLists {
    /** Which name an entry of the list was taken from. */
    private static final String NAME = "runner.source";

    private final Path folder;

    private ManifestLists(Path folder) {
        this.folder = folder;
    }

    /** One manifest of a list. */
    record Entry(Reference name, Descriptor manifest) {}

    static ManifestLists of(Surroundings around) {
        return new ManifestLists(around.dockerConfig().file().toAbsolutePath().resolveSibling("runner-manifests"));
    }

    private Path file(Reference list) {
        return folder.resolve(
                Digest.of(list.toString().getBytes(StandardCharsets.UTF_8)).hex() + ".json");
    }

    boolean exists(Reference list) {
        return Files.exists(file(list));
    }

    /** Empty when there is no such list. */
    List<Entry> read(Reference list) throws IOException {
        if (!exists(list)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        for (Descriptor kept : Index.parse(Files.readAllBytes(file(list))).manifests()) {
            Map<String, String> annotations = new LinkedHashMap<>(kept.annotations());
            Reference name = Reference.parse(String.valueOf(annotations.remove(NAME)));
            entries.add(new Entry(name, kept.withAnnotations(annotations)));
        }
        return entries;
    }

    void write(Reference list, List<Entry> entries) throws IOException {
        Files.createDirectories(folder);
        List<Descriptor> kept = new ArrayList<>();
        for (Entry entry : entries) {
            Map<String, String> annotations =
                    new LinkedHashMap<>(entry.manifest().annotations());
            annotations.put(NAME, entry.name().toString());
            kept.add(entry.manifest().withAnnotations(annotations));
        }
        Path fresh = Files.createTempFile(folder, "list", ".json");
        Files.write(fresh, Index.of(MediaTypes.OCI_INDEX, kept).toJson());
        Files.move(fresh, file(list), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    boolean remove(Reference list) throws IOException {
        return Files.deleteIfExists(file(list));
    }
}
