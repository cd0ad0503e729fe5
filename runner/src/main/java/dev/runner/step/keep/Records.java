package dev.runner.step.keep;

import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Small JSON files, two levels of folders deep; each appears whole. Their names are digests of what people call them. */
final class Records {
    private static final String EXTENSION = ".json";

    private final Path folder;

    Records(Path folder) {
        this.folder = folder;
    }

    /** A record and its file. */
    record Found(Path file, ObjectNode json) {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    Path path(String group, String name) {
        return folder.resolve(hash(group)).resolve(hash(name) + EXTENSION);
    }

    private static String hash(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 40);
    }

    /** Writes a record; false when there is one already and it shall stay. */
    boolean write(Path file, ObjectNode json, boolean replace) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "", ".tmp");
        try {
            Files.writeString(temporary, JsonTree.text(json));
            if (replace) {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.createLink(file, temporary);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The record, or null. */
    static @Nullable ObjectNode read(Path file) throws IOException {
        try {
            JsonNode json = JsonTree.read(Files.readString(file));
            return json instanceof ObjectNode object ? object : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (JacksonException e) {
            return null; // Not ours, or of a disk that was full: as if it were not there.
        }
    }

    List<Found> group(String group) throws IOException {
        return records(folder.resolve(hash(group)));
    }

    List<Found> all() throws IOException {
        List<Found> found = new ArrayList<>();
        for (Path group : children(folder)) {
            found.addAll(records(group));
        }
        return found;
    }

    private static List<Found> records(Path group) throws IOException {
        List<Found> found = new ArrayList<>();
        for (Path file : children(group)) {
            ObjectNode json = file.toString().endsWith(EXTENSION) ? read(file) : null;
            if (json != null) {
                found.add(new Found(file, json));
            }
        }
        return found;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }
}
