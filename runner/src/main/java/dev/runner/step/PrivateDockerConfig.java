package dev.runner.step;

import dev.runner.oci.JsonTree;
import dev.runner.registry.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code config.json} for the scripts of a run: what the user's has, and the run's logins. The user's file is never
 * written, and no credential helper is asked to keep anything.
 */
final class PrivateDockerConfig {
    private static final String HUB = "https://index.docker.io/v1/";

    private final Path file;
    private final ObjectNode root;
    private ObjectNode users = JsonNodeFactory.instance.objectNode();

    private PrivateDockerConfig(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /** Makes one in a folder, from the user's file if there is one. */
    static PrivateDockerConfig create(Path folder, Path users) throws IOException {
        PrivateDockerConfig made = new PrivateDockerConfig(folder.resolve("config.json"), copyOf(users));
        made.nameHelpers();
        made.users = made.root.deepCopy();
        made.write();
        return made;
    }

    private static ObjectNode copyOf(Path users) {
        try {
            if (Files.isReadable(users) && JsonTree.read(Files.readString(users)) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException | JacksonException e) {
            // A file that Docker could not read either: the run has its own logins only.
            return JsonNodeFactory.instance.objectNode();
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** {@code credsStore} would hide our own entries, so it becomes a helper for each registry it is known for. */
    private void nameHelpers() {
        JsonNode store = root.remove("credsStore");
        if (store == null || !store.isString()) {
            return;
        }
        ObjectNode helpers = object("credHelpers");
        object("auths").propertyNames().forEach(domain -> {
            if (!object("auths").path(domain).has("auth") && !helpers.has(domain)) {
                helpers.put(domain, store.stringValue());
            }
        });
    }

    private ObjectNode object(String name) {
        if (root.get(name) instanceof ObjectNode found) {
            return found;
        }
        return root.putObject(name);
    }

    synchronized void add(String domain, Credentials.UserPassword credentials) throws IOException {
        readAgain();
        String key = domain.equals("docker.io") ? HUB : domain;
        object("credHelpers").remove(key);
        object("credHelpers").remove(domain);
        String pair = credentials.username() + ":" + credentials.password().reveal();
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        object("auths").set(key, entry);
        write();
    }

    /** Back to what the user's file says of a registry. */
    synchronized void remove(String domain) throws IOException {
        readAgain();
        String key = domain.equals("docker.io") ? HUB : domain;
        object("auths").remove(key);
        restore("auths", key);
        restore("credHelpers", key);
        restore("credHelpers", domain);
        write();
    }

    /** A script's own {@code docker login} has written there, too. */
    private void readAgain() {
        ObjectNode now = copyOf(file);
        root.removeAll();
        root.setAll(now);
    }

    private void restore(String member, String key) {
        JsonNode value = users.path(member).get(key);
        if (value != null) {
            object(member).set(key, value);
        }
    }

    private void write() throws IOException {
        Path temporary = Files.createTempFile(
                file.getParent(),
                "config",
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, JsonTree.text(root));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
