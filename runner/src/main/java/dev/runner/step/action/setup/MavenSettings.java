package dev.runner.step.action.setup;

import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A {@code settings.xml} with one server whose user and password are variables, and the key that signs what is deployed.
 *
 * @see <a href="https://github.com/actions/setup-java/blob/main/docs/advanced-usage.md#publishing-using-apache-maven">Publishing
 *     using Apache Maven</a>
 */
final class MavenSettings {
    private static final Map<String, String> STANDARD =
            Map.of("server-id", "github", "server-username", "GITHUB_ACTOR", "server-password", "GITHUB_TOKEN");

    private final ActionContext context;

    MavenSettings(ActionContext context) {
        this.context = context;
    }

    void write() throws IOException, InterruptedException {
        ActionInputs inputs = context.inputs();
        boolean key = inputs.isGiven("gpg-private-key");
        boolean asked = key
                || inputs.isGiven("settings-path")
                || STANDARD.entrySet().stream()
                        .anyMatch(each -> !inputs.get(each.getKey()).equals(each.getValue()));
        if (!asked) {
            return;
        }
        keep(context, folder(context).resolve("settings.xml"), text(inputs, key), "--settings");
        if (key) {
            importKey(inputs.raw("gpg-private-key"));
        }
    }

    /** Where Maven's files of the step are: a folder of the job, or the one that is asked for. */
    static Path folder(ActionContext context) {
        String place = context.inputs().get("settings-path");
        return place.isEmpty()
                ? context.temporary().resolve("m2")
                : context.workspace().resolve(place).normalize();
    }

    /**
     * Writes one of them, unless it is there and shall stay, and tells Maven of one in the job's folder.
     *
     * @param flag of Maven
     */
    static void keep(ActionContext context, Path file, String text, String flag) throws IOException {
        boolean own = file.startsWith(context.temporary());
        if (Files.exists(file)
                && !own
                && context.inputs().get("overwrite-settings").equals("false")) {
            context.info("Skipping generation of " + file + ": it exists, and overwriting is not wanted");
            return;
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
        context.info("Writing to " + file);
        String more = flag + " " + context.inside(file);
        String before = context.environment().getOrDefault("MAVEN_ARGS", "");
        if (own && !before.contains(more)) {
            context.exportVariable("MAVEN_ARGS", before.isEmpty() ? more : before + " " + more);
        }
    }

    private static String text(ActionInputs inputs, boolean key) {
        StringBuilder text = new StringBuilder("<settings xmlns=\"http://maven.apache.org/SETTINGS/1.0.0\">\n");
        text.append("  <interactiveMode>false</interactiveMode>\n  <servers>\n");
        text.append("    <server>\n      <id>")
                .append(escaped(inputs.get("server-id")))
                .append("</id>\n");
        text.append("      <username>${env.")
                .append(inputs.get("server-username"))
                .append("}</username>\n");
        text.append("      <password>${env.")
                .append(inputs.get("server-password"))
                .append("}</password>\n");
        text.append("    </server>\n");
        if (key) {
            text.append("    <server>\n      <id>gpg.passphrase</id>\n      <passphrase>${env.")
                    .append(inputs.get("gpg-passphrase"))
                    .append("}</passphrase>\n    </server>\n");
        }
        return text.append("  </servers>\n</settings>\n").toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Into a keyring of the job, which goes with its temporary files; the user's own does not learn of the key. */
    private void importKey(String key) throws IOException, InterruptedException {
        key.lines().filter(line -> !line.isBlank()).forEach(context::mask);
        Path home = Files.createDirectories(
                context.temporary().resolve("gnupg"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.createFile(
                home.resolve("key.asc"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(file, key);
            String inside = context.inside(context.temporary()) + "/gnupg";
            context.exportVariable("GNUPGHOME", inside);
            int code = context.execute(
                    List.of("gpg", "--batch", "--import", inside + "/key.asc"), Map.of("GNUPGHOME", inside), null);
            if (code != 0) {
                throw ActionFailedException.failed("gpg does not take the key of 'gpg-private-key'", null);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
