package dev.runner.cli.docker;

import dev.runner.build.ImageNotFoundException;
import dev.runner.build.LocalImages;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryConfiguration;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code docker rmi}, {@code image prune}, {@code save}, {@code load} and {@code import}. */
final class ImageStoreCommands {
    private ImageStoreCommands() {}

    static Command remove(String path) {
        return Command.of(path, "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", ImageStoreCommands::remove)
                .atLeast(1)
                .flag('f', "force", "Force removal of the image")
                .flag("no-prune", "Do not delete untagged parents")
                .value("platform", "strings", "");
    }

    private static int remove(Call call) throws IOException {
        boolean failed = false;
        for (String word : call.words()) {
            try {
                remove(call, word);
            } catch (DockerFailure e) {
                call.tell(e.text());
                failed |= !call.on("force") || !e.text().contains("No such image");
            }
        }
        return failed ? 1 : 0;
    }

    private static void remove(Call call, String word) throws IOException {
        LocalImages images = call.around().localImages();
        Names names = new Names(images);
        Descriptor root = names.need(word);
        Reference named = Names.tryParse(word);
        List<Reference> all = namesOf(images, root);
        if (named != null && all.contains(named.withDefaultTag())) {
            images.untag(named.withDefaultTag());
            call.say("Untagged: " + named.withDefaultTag().familiar());
            if (all.size() > 1) {
                return;
            }
        } else {
            long repositories = all.stream().map(Reference::name).distinct().count();
            if (repositories > 1 && !call.on("force")) {
                throw DockerFailure.ofDaemon("conflict: unable to delete " + Names.brief(names.id(root))
                        + " (must be forced) - image is referenced in multiple repositories");
            }
            for (Reference name : all) {
                images.untag(name);
                call.say("Untagged: " + name.familiar());
            }
        }
        Digest id = names.id(root);
        images.forget(root.digest());
        call.say("Deleted: " + id);
    }

    static List<Reference> namesOf(LocalImages images, Descriptor root) throws IOException {
        List<Reference> names = new ArrayList<>();
        for (LocalImages.Entry entry : images.list()) {
            Reference name = entry.name();
            if (name != null && entry.root().digest().equals(root.digest())) {
                names.add(name);
            }
        }
        return names;
    }

    static Command prune() {
        return Command.of("image prune", "[OPTIONS]", "Remove unused images", ImageStoreCommands::prune)
                .words(0)
                .flag('a', "all", "Remove all unused images, not just dangling ones")
                .value("filter", "filter", "Provide filter values (e.g. \"until=<timestamp>\")")
                .flag('f', "force", "Do not prompt for confirmation");
    }

    private static int prune(Call call) throws IOException {
        String what = call.on("all")
                ? "WARNING! This will remove all images without at least one container associated to them."
                : "WARNING! This will remove all dangling images.";
        if (!call.on("force") && !Confirmation.of(call, what + "\nAre you sure you want to continue? [y/N] ")) {
            return 0;
        }
        List<String> gone = new ArrayList<>();
        long bytes = prune(call, call.on("all"), call.all("filter"), gone);
        if (!gone.isEmpty()) {
            call.say("Deleted Images:");
            gone.forEach(call::say);
            call.say("");
        }
        call.say("Total reclaimed space: " + Amounts.size(bytes));
        return 0;
    }

    /** Removes what is dangling, or all that no container uses; how many bytes that were. */
    static long prune(Call call, boolean all, List<String> filters, List<String> gone) throws IOException {
        LocalImages images = call.around().localImages();
        List<String> used = ContainerImages.used(call);
        List<String> rest = filters.stream()
                .filter(filter -> !filter.startsWith("dangling="))
                .toList();
        boolean everything = all || filters.contains("dangling=false");
        ImageList.Filters filter = new ImageList.Filters(rest, images);
        long bytes = 0;
        Map<Digest, ImageList.Row> removed = new LinkedHashMap<>();
        for (ImageList.Row row : ImageList.rows(images)) {
            Reference name = row.name();
            boolean goes = (everything || row.isDangling())
                    && filter.takes(row)
                    && !used.contains(row.root().digest().toString());
            if (!goes) {
                continue;
            }
            if (name != null) {
                images.untag(name);
                gone.add("untagged: " + name.familiar());
            }
            removed.put(row.root().digest(), row);
        }
        for (ImageList.Row row : removed.values()) {
            images.forget(row.root().digest());
            gone.add("deleted: " + row.id());
            bytes += row.details().bytes();
        }
        return bytes;
    }

    static Command save(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] IMAGE [IMAGE...]",
                        "Save one or more images to a tar archive (streamed to STDOUT by default)",
                        ImageStoreCommands::save)
                .atLeast(1)
                .value('o', "output", "string", "Write to a file, instead of STDOUT")
                .value("platform", "string", "Save only the given platform variant");
    }

    private static int save(Call call) throws IOException {
        String output = call.text("output", "");
        if (output.isEmpty() && call.around().isTerminal()) {
            throw DockerFailure.of("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        LocalImages images = call.around().localImages();
        Platform platform = TransferCommands.platform(call.text("platform"));
        List<LocalImages.Saved> saved = new ArrayList<>();
        for (String word : call.words()) {
            Descriptor root = find(images, word);
            Reference name = Names.tryParse(word);
            boolean tagged = name != null && namesOf(images, root).contains(name.withDefaultTag());
            if (tagged && name != null && platform != null && MediaTypes.isIndex(root.mediaType())) {
                root = images.single(name, root, platform);
            }
            saved.add(new LocalImages.Saved(root, tagged && name != null ? List.of(name.withDefaultTag()) : List.of()));
        }
        if (output.isEmpty()) {
            OutputStream out = new BufferedOutputStream(call.around().outputBytes(), 1 << 16);
            images.save(saved, out);
            out.flush();
            return 0;
        }
        Path target = Path.of(output).toAbsolutePath();
        if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
            throw DockerFailure.of(
                    "invalid output path: directory \"" + Path.of(output).getParent() + "\" does not exist");
        }
        Path fresh = Files.createTempFile(target.getParent(), ".docker-save", "");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16)) {
                images.save(saved, out);
            }
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        return 0;
    }

    private static Descriptor find(LocalImages images, String word) throws IOException {
        Descriptor found = new Names(images).find(word);
        if (found == null) {
            throw DockerFailure.ofDaemon("reference does not exist");
        }
        return found;
    }

    static Command load(String path) {
        return Command.of(path, "[OPTIONS]", "Load an image from a tar archive or STDIN", ImageStoreCommands::load)
                .words(0)
                .value('i', "input", "string", "Read from tar archive file, instead of STDIN")
                .value("platform", "string", "Load only the given platform variant")
                .flag('q', "quiet", "Suppress the load output");
    }

    private static int load(Call call) throws IOException {
        String input = call.text("input", "");
        if (input.isEmpty() && call.around().isTerminal()) {
            throw DockerFailure.of("requested load from stdin, but stdin is empty");
        }
        try (InputStream in = input.isEmpty() ? call.around().in() : Files.newInputStream(Path.of(input))) {
            LocalImages images = call.around().localImages();
            Platform platform = TransferCommands.platform(call.text("platform"));
            for (LocalImages.Loaded loaded : images.load(in)) {
                for (Reference name : loaded.names()) {
                    if (platform != null) {
                        Descriptor single = images.single(name, loaded.root(), platform);
                        call.around().images().tag(single.digest(), name.withDefaultTag());
                    }
                    call.say("Loaded image: " + name.withDefaultTag().familiar());
                }
                if (loaded.names().isEmpty()) {
                    call.say("Loaded image ID: " + new Names(images).id(loaded.root()));
                }
            }
            return 0;
        } catch (NoSuchFileException e) {
            throw DockerFailure.of("open " + input + ": no such file or directory");
        } catch (MalformedContentException | ImageNotFoundException e) {
            throw DockerFailure.ofDaemon(String.valueOf(e.getMessage()));
        }
    }

    static Command bring(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
                        "Import the contents from a tarball to create a filesystem image",
                        ImageStoreCommands::bring)
                .words(1, 2)
                .value('c', "change", "list", "Apply Dockerfile instruction to the created image")
                .value('m', "message", "string", "Set commit message for imported image")
                .value("platform", "string", "Set platform if server is multi-platform capable");
    }

    private static int bring(Call call) throws IOException, InterruptedException {
        Platform platform = TransferCommands.platform(call.text("platform"));
        LocalImages images = call.around().localImages();
        Reference name =
                call.words().size() < 2 ? null : Names.parse(call.word(1)).withDefaultTag();
        String now = Instant.now().toString();
        String comment = call.text("message", "Imported from " + call.word(0));
        ImageConfig scratch = ImageConfig.scratch(platform == null ? Platform.host() : platform);
        ImageConfig template = new ImageConfig(
                now,
                null,
                scratch.platform(),
                scratch.config(),
                List.of(),
                List.of(new ImageConfig.History(now, null, null, comment, false)),
                Map.of());
        Descriptor made;
        try (InputStream in = open(call, call.word(0))) {
            made = images.ofFiles(in, template);
        }
        if (!call.all("change").isEmpty()) {
            made = changed(call, made, scratch.platform());
        }
        if (name != null) {
            call.around().images().tag(made.digest(), name);
        }
        call.say(new Names(images).id(made).toString());
        return 0;
    }

    private static InputStream open(Call call, String source) throws IOException {
        if (source.equals("-")) {
            return call.around().in();
        }
        if (source.startsWith("http://") || source.startsWith("https://")) {
            return URI.create(source).toURL().openStream();
        }
        try {
            return Files.newInputStream(Path.of(source));
        } catch (NoSuchFileException e) {
            throw DockerFailure.of("open " + source + ": no such file or directory");
        }
    }

    /** The image with the instructions of {@code --change}, by a build on top of it. */
    private static Descriptor changed(Call call, Descriptor made, Platform platform)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("docker-import");
        Reference base =
                Reference.parse("localhost/docker-import-" + made.digest().hex().substring(0, 16) + ":base");
        Reference result = base.withTag("changed");
        try {
            call.around().images().tag(made.digest(), base);
            Files.writeString(
                    folder.resolve("Dockerfile"), "FROM " + base + "\n" + String.join("\n", call.all("change")) + "\n");
            int code = call.around()
                    .build(new DockerBuild(
                            List.of(
                                    "--progress=quiet",
                                    "--platform=" + platform,
                                    "--load",
                                    "--tag=" + result,
                                    "--",
                                    folder.toString()),
                            true,
                            "",
                            RegistryConfiguration.DEFAULT));
            Descriptor changed = new Names(call.around().localImages()).find(result.toString());
            if (code != 0 || changed == null) {
                throw DockerFailure.ofDaemon("the changes cannot be applied");
            }
            return changed;
        } finally {
            call.around().localImages().untag(base);
            call.around().localImages().untag(result);
            Files.deleteIfExists(folder.resolve("Dockerfile"));
            Files.deleteIfExists(folder);
        }
    }
}
