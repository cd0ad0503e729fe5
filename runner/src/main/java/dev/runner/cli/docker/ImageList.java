package dev.runner.cli.docker;

import dev.runner.build.LocalImages;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code docker images}. */
final class ImageList {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z z");
    private static final Map<String, String> HEADINGS = headings();

    private ImageList() {}

    static Command command(String path) {
        return Command.of(path, "[OPTIONS] [REPOSITORY[:TAG]]", "List images", ImageList::run)
                .words(0, 1)
                .flag('a', "all", "Show all images (default hides intermediate images)")
                .flag("digests", "Show digests")
                .value('f', "filter", "filter", "Filter output based on conditions provided")
                .value("format", "string", "Format output using a custom template: table, json or a Go template")
                .flag("no-trunc", "Don't truncate output")
                .flag('q', "quiet", "Only show image IDs");
    }

    private static Map<String, String> headings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("ID", "IMAGE ID");
        all.put("Repository", "REPOSITORY");
        all.put("Tag", "TAG");
        all.put("Digest", "DIGEST");
        all.put("CreatedSince", "CREATED");
        all.put("CreatedAt", "CREATED AT");
        all.put("Size", "SIZE");
        all.put("Containers", "CONTAINERS");
        all.put("VirtualSize", "VIRTUAL SIZE");
        all.put("SharedSize", "SHARED SIZE");
        all.put("UniqueSize", "UNIQUE SIZE");
        return all;
    }

    /** One line: an image under one of its names. */
    record Row(@Nullable Reference name, Descriptor root, Digest id, Details details) {
        boolean isDangling() {
            return name == null;
        }
    }

    /**
     * What an image says of itself.
     *
     * @param bytes of its layers, as they are kept
     */
    record Details(Instant created, long bytes, Map<String, String> labels) {}

    /** Every image that is listed, newest first. */
    static List<Row> rows(LocalImages images) throws IOException {
        Names names = new Names(images);
        List<Row> rows = new ArrayList<>();
        for (LocalImages.Entry entry : images.list()) {
            try {
                rows.add(new Row(entry.name(), entry.root(), names.id(entry.root()), details(images, entry)));
            } catch (NoSuchFileException | MalformedContentException e) {
                continue; // Pruned meanwhile.
            }
        }
        rows.sort(Comparator.comparing((Row row) -> row.details().created()).reversed());
        return rows;
    }

    private static Details details(LocalImages images, LocalImages.Entry entry) throws IOException {
        Descriptor root = entry.root();
        if (MediaTypes.isManifest(root.mediaType())) {
            return details(images, root, entry.updated());
        }
        Details first = null;
        long bytes = 0;
        for (Descriptor manifest : Index.parse(images.read(root.digest())).manifests()) {
            try {
                Details one = details(images, manifest, entry.updated());
                first = first == null ? one : first;
                bytes += one.bytes();
            } catch (NoSuchFileException e) {
                continue; // A platform that nobody needed here.
            }
        }
        return first == null
                ? new Details(entry.updated(), 0, Map.of())
                : new Details(first.created(), bytes, first.labels());
    }

    private static Details details(LocalImages images, Descriptor root, Instant otherwise) throws IOException {
        Manifest manifest = Manifest.parse(images.read(root.digest()));
        long bytes = manifest.layers().stream().mapToLong(Descriptor::size).sum();
        if (!MediaTypes.isConfig(manifest.config().mediaType())) {
            return new Details(otherwise, bytes, Map.of());
        }
        ImageConfig config = ImageConfig.parse(images.read(manifest.config().digest()));
        return new Details(
                created(config.created(), otherwise), bytes, config.config().labels());
    }

    static Instant created(@Nullable String text, Instant otherwise) {
        try {
            return text == null ? otherwise : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    private static int run(Call call) throws IOException {
        List<String> filters = new ArrayList<>(call.all("filter"));
        if (!call.words().isEmpty()) {
            filters.add("reference=" + call.word(0));
        }
        List<Row> rows = new ArrayList<>();
        Filters filter = new Filters(filters, call.around().localImages());
        for (Row row : rows(call.around().localImages())) {
            if (filter.takes(row)) {
                rows.add(row);
            }
        }
        if (call.on("quiet") && call.text("format") == null) {
            Set<String> ids = new LinkedHashSet<>();
            rows.forEach(row -> ids.add(id(row, call.on("no-trunc"))));
            ids.forEach(call::say);
            return 0;
        }
        boolean digests = call.on("digests");
        String columns = "{{.Repository}}\t{{.Tag}}\t" + (digests ? "{{.Digest}}\t" : "")
                + "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
        List<Struct> structs =
                rows.stream().map(row -> struct(row, call.on("no-trunc"))).toList();
        new Listing(HEADINGS, structs)
                .print(call.text("format"), columns, call.around().out());
        return 0;
    }

    private static String id(Row row, boolean whole) {
        return whole ? row.id().toString() : Names.brief(row.id());
    }

    private static Struct struct(Row row, boolean whole) {
        Reference name = row.name();
        String repository = name == null ? "<none>" : name.withTag(null).familiar();
        String tag = name == null || name.tag() == null ? "<none>" : name.tag();
        Instant created = row.details().created();
        return Struct.of("*formatter.imageContext")
                .with("Containers", "N/A")
                .with("CreatedAt", TIME.format(created.atZone(ZoneId.systemDefault())))
                .with("CreatedSince", Amounts.ago(created, Instant.now()))
                .with("Digest", row.root().digest().toString())
                .with("ID", id(row, whole))
                .with("Repository", repository)
                .with("SharedSize", "N/A")
                .with("Size", Amounts.size(row.details().bytes()))
                .with("Tag", tag)
                .with("UniqueSize", "N/A")
                .with("VirtualSize", Amounts.size(row.details().bytes()));
    }

    /** {@code --filter}. */
    record Filters(List<String> filters, LocalImages images) {
        boolean takes(Row row) throws IOException {
            boolean references = false;
            boolean named = false;
            for (String filter : filters) {
                int equals = filter.indexOf('=');
                String key = equals < 0 ? filter : filter.substring(0, equals);
                String value = equals < 0 ? "" : filter.substring(equals + 1);
                if (key.equals("reference")) {
                    references = true;
                    named |= isNamed(row, value);
                } else if (!takes(row, key, value)) {
                    return false;
                }
            }
            return !references || named;
        }

        private boolean takes(Row row, String key, String value) throws IOException {
            return switch (key) {
                case "dangling" -> row.isDangling() == List.of("true", "1").contains(value);
                case "label", "label!" -> key.equals("label") == hasLabel(row, value);
                case "before" -> row.details().created().isBefore(createdOf(value));
                case "since" -> row.details().created().isAfter(createdOf(value));
                case "until" -> row.details().created().isBefore(Times.before(value));
                default -> throw DockerFailure.ofDaemon("invalid filter '" + key + "'");
            };
        }

        private static boolean hasLabel(Row row, String value) {
            int equals = value.indexOf('=');
            Map<String, String> labels = row.details().labels();
            return equals < 0
                    ? labels.containsKey(value)
                    : value.substring(equals + 1).equals(labels.get(value.substring(0, equals)));
        }

        private Instant createdOf(String image) throws IOException {
            Descriptor root = new Names(images).need(image);
            return details(images, new LocalImages.Entry(null, root, Instant.EPOCH))
                    .created();
        }

        /** A name with or without a tag, or a pattern of one. */
        private static boolean isNamed(Row row, String pattern) {
            Reference name = row.name();
            if (name == null) {
                return false;
            }
            Reference exact = Names.tryParse(pattern);
            if (exact != null && exact.tag() == null && exact.name().equals(name.name())) {
                return true;
            }
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            return List.of(name.familiar(), name.withTag(null).familiar(), name.toString(), name.name()).stream()
                            .anyMatch(text -> matcher.matches(Path.of(text)))
                    || exact != null && exact.tag() != null && exact.equals(name);
        }
    }
}
