package dev.runner.cli.docker;

import dev.runner.build.LocalImages;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code docker history}. */
final class ImageHistory {
    private static final int LONGEST = 45;

    private ImageHistory() {}

    static Command command(String path) {
        return Command.of(path, "[OPTIONS] IMAGE", "Show the history of an image", ImageHistory::run)
                .words(1)
                .value("format", "string", "Format output using a custom template: table, json or a Go template")
                .flag('H', "human", "Print sizes and dates in human readable format (default true)")
                .flag("no-trunc", "Don't truncate output")
                .value("platform", "string", "Show history for the given platform")
                .flag('q', "quiet", "Only show image IDs");
    }

    private static int run(Call call) throws IOException {
        LocalImages images = call.around().localImages();
        Descriptor root = new Names(images).need(call.word(0));
        Platform platform = TransferCommands.platform(call.text("platform"));
        Descriptor single = single(images, call.word(0), root, platform);
        Manifest manifest = Manifest.parse(images.read(single.digest()));
        ImageConfig config = ImageConfig.parse(images.read(manifest.config().digest()));
        String id =
                call.on("no-trunc") ? new Names(images).id(root).toString() : Names.brief(new Names(images).id(root));
        List<Struct> rows = rows(call, manifest, config, id);
        if (call.on("quiet")) {
            rows.forEach(row -> call.say(String.valueOf(row.get("ID"))));
            return 0;
        }
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("ID", "IMAGE");
        headings.put("CreatedSince", "CREATED");
        headings.put("CreatedAt", "CREATED AT");
        headings.put("CreatedBy", "CREATED BY");
        headings.put("Size", "SIZE");
        headings.put("Comment", "COMMENT");
        new Listing(headings, rows)
                .print(
                        call.text("format"),
                        "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
                        call.around().out());
        return 0;
    }

    /** One platform's manifest. */
    static Descriptor single(LocalImages images, String word, Descriptor root, @Nullable Platform platform)
            throws IOException {
        if (MediaTypes.isManifest(root.mediaType())) {
            return root;
        }
        Reference name = Names.tryParse(word);
        return images.single(name == null ? Reference.parse("localhost/image") : name, root, platform);
    }

    private static List<Struct> rows(Call call, Manifest manifest, ImageConfig config, String id) {
        List<Struct> rows = new ArrayList<>();
        boolean human = !call.given("human") || call.on("human");
        int layer = 0;
        for (ImageConfig.History step : config.history()) {
            long size = 0;
            if (!step.emptyLayer() && layer < manifest.layers().size()) {
                size = manifest.layers().get(layer++).size();
            }
            Instant created = ImageList.created(step.created(), Instant.EPOCH);
            String by = step.createdBy() == null ? "" : step.createdBy().replace("\t", " ");
            boolean cut = !call.on("no-trunc") && by.length() > LONGEST;
            rows.addFirst(Struct.of("*formatter.historyContext")
                    .with("ID", "<missing>")
                    .with("CreatedSince", human ? Amounts.ago(created, Instant.now()) : created.toString())
                    .with("CreatedAt", created.toString())
                    .with("CreatedBy", cut ? by.substring(0, LONGEST - 1) + "…" : by)
                    .with("Size", human ? Amounts.size(size) : String.valueOf(size))
                    .with("Comment", step.comment() == null ? "" : step.comment()));
        }
        if (!rows.isEmpty()) {
            rows.getFirst().with("ID", id);
        }
        return rows;
    }
}
