package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoTemplate;
import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code docker buildx history}: which builds there were, how long they took and how they ended. */
final class BuildHistory {
    private static final int MOST = 100;

    private final Path file;

    private BuildHistory(Path file) {
        this.file = file;
    }

    /**
     * One build.
     *
     * @param name the context's folder, and the target if one was named
     */
    record Entry(String id, String builder, String name, String status, Instant started, Duration took) {
        private String line() {
            return String.join(
                            "\t",
                            id,
                            builder,
                            name.replaceAll("\\s", " "),
                            status,
                            started.toString(),
                            String.valueOf(took.toMillis()))
                    + "\n";
        }

        private static Entry parse(String line) {
            String[] cells = line.split("\t", -1);
            return new Entry(
                    cells[0],
                    cells[1],
                    cells[2],
                    cells[3],
                    Instant.parse(cells[4]),
                    Duration.ofMillis(Long.parseLong(cells[5])));
        }

        private Struct struct(boolean whole) {
            return Struct.of("*commands.lsContext")
                    .with("Ref", builder + "/" + builder + "/" + id)
                    .with("BuildID", whole ? id : id.substring(0, Math.min(25, id.length())))
                    .with("Name", name)
                    .with("Status", status)
                    .with("CreatedAt", Amounts.ago(started, Instant.now()))
                    .with("Duration", seconds());
        }

        private String seconds() {
            return String.format(java.util.Locale.ROOT, "%.1fs", took.toMillis() / 1000.0);
        }
    }

    static BuildHistory of(Surroundings around) {
        return new BuildHistory(around.stateFolder().resolve("docker-builds"));
    }

    /** Writes down a build that has ended; a history that cannot be written harms nobody. */
    void add(String builder, String name, boolean passed, Instant started) {
        Entry entry = new Entry(
                UUID.randomUUID().toString().replace("-", "").substring(0, 25),
                builder,
                name,
                passed ? "Completed" : "Error",
                started,
                Duration.between(started, Instant.now()));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, entry.line(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            return;
        }
    }

    /** Newest first. */
    private List<Entry> all() throws IOException {
        try {
            List<Entry> all = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                if (line.split("\t", -1).length == 6) {
                    all.addFirst(Entry.parse(line));
                }
            }
            return all.subList(0, Math.min(MOST, all.size()));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static List<Entry> of(Call call) throws IOException {
        String builder = call.text("builder", "");
        return of(call.around()).all().stream()
                .filter(entry -> builder.isEmpty() || entry.builder().equals(builder))
                .toList();
    }

    static Command list() {
        return common(Command.of("buildx history ls", "[OPTIONS]", "List build records", call -> {
                    Map<String, String> headings = new LinkedHashMap<>();
                    headings.put("Ref", "REF");
                    headings.put("BuildID", "BUILD ID");
                    headings.put("Name", "NAME");
                    headings.put("Status", "STATUS");
                    headings.put("CreatedAt", "CREATED AT");
                    headings.put("Duration", "DURATION");
                    List<Struct> rows = of(call).stream()
                            .map(entry -> entry.struct(call.on("no-trunc")))
                            .toList();
                    new Listing(headings, rows)
                            .print(
                                    call.text("format"),
                                    "{{.BuildID}}\t{{.Name}}\t{{.Status}}\t{{.CreatedAt}}\t{{.Duration}}",
                                    call.around().out());
                    return 0;
                }))
                .words(0)
                .value("filter", "stringArray", "")
                .value("format", "string", "Format the output (default \"table\")")
                .flag("local", "")
                .flag("no-trunc", "Don't truncate output");
    }

    private static Command common(Command command) {
        return command.value("builder", "string", "Override the configured builder instance")
                .flag('D', "debug", "Enable debug logging");
    }

    static Command inspect() {
        return common(Command.of("buildx history inspect", "[OPTIONS] [REF]", "Inspect a build record", call -> {
                    Entry entry = find(of(call), call.words().isEmpty() ? "" : call.word(0));
                    String format = call.text("format", "");
                    if (format.equals("json")) {
                        call.say(GoText.json(entry.struct(true), "  "));
                    } else if (!format.isEmpty() && !format.equals("pretty")) {
                        GoTemplate template = Listing.template(format);
                        call.say(Listing.apply(template, entry.struct(true)));
                    } else {
                        List<String> lines = List.of(
                                "Name:\t" + entry.name(),
                                "Builder:\t" + entry.builder(),
                                "Started:\t" + entry.started(),
                                "Duration:\t" + entry.seconds(),
                                "Status:\t" + entry.status());
                        Listing.aligned(lines, 0, 1).forEach(call::say);
                    }
                    return 0;
                }))
                .words(0, 1)
                .value("format", "string", "Format the output (default \"pretty\")");
    }

    private static Entry find(List<Entry> all, String ref) {
        String id = ref.substring(ref.lastIndexOf('/') + 1);
        return all.stream()
                .filter(entry -> entry.id().startsWith(id))
                .findFirst()
                .orElseThrow(() -> DockerFailure.ofBuildx(
                        ref.isEmpty() ? "no records found" : "no record found for ref \"" + ref + "\""));
    }

    static Command remove() {
        return common(Command.of(
                        "buildx history rm",
                        "[OPTIONS] [REF...]",
                        "Remove build records",
                        call -> of(call.around()).remove(call)))
                .flag("all", "Remove all build records");
    }

    private int remove(Call call) throws IOException {
        if (call.words().isEmpty() == !call.on("all")) {
            throw DockerFailure.ofBuildx(call.on("all") ? "cannot specify refs when using --all" : "no refs specified");
        }
        List<Entry> stay = new ArrayList<>(all());
        for (String ref : call.words()) {
            stay.remove(find(stay, ref));
        }
        StringBuilder text = new StringBuilder();
        if (!call.on("all")) {
            stay.reversed().forEach(entry -> text.append(entry.line()));
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return 0;
    }
}
