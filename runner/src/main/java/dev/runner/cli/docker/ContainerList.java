package dev.runner.cli.docker;

import dev.runner.build.container.ContainerState;
import dev.runner.build.container.PortMapping;
import dev.runner.build.container.RunningContainer;
import dev.runner.cli.gotemplate.Struct;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code docker ps}. */
final class ContainerList {
    private static final int LONGEST = 20;

    private ContainerList() {}

    static Command command(String path) {
        return Command.of(path, "[OPTIONS]", "List containers", ContainerList::run)
                .words(0)
                .flag('a', "all", "Show all containers (default shows just running)")
                .value('f', "filter", "filter", "Filter output based on conditions provided")
                .value("format", "string", "Format output using a custom template: table, json or a Go template")
                .value('n', "last", "int", "Show n last created containers (includes all states)")
                .flag('l', "latest", "Show the latest created container (includes all states)")
                .flag("no-trunc", "Don't truncate output")
                .flag('q', "quiet", "Only display container IDs")
                .flag('s', "size", "");
    }

    private static int run(Call call) {
        int last = call.on("latest") ? 1 : Integer.parseInt(call.text("last", "-1"));
        boolean all = call.on("all") || last > 0 || call.all("filter").stream().anyMatch(ContainerList::meansEnded);
        List<RunningContainer> chosen = new ArrayList<>();
        for (RunningContainer container : call.around().jobContainers().list()) {
            boolean fits = call.all("filter").stream().allMatch(filter -> takes(container, filter));
            if (fits && (all || container.state().lasting()) && (last < 0 || chosen.size() < last)) {
                chosen.add(container);
            }
        }
        boolean whole = call.on("no-trunc");
        if (call.on("quiet") && call.text("format") == null) {
            chosen.forEach(container ->
                    call.say(whole ? container.id() : container.id().substring(0, 12)));
            return 0;
        }
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("ID", "CONTAINER ID");
        headings.put("Names", "NAMES");
        headings.put("Image", "IMAGE");
        headings.put("Command", "COMMAND");
        headings.put("CreatedAt", "CREATED AT");
        headings.put("RunningFor", "CREATED");
        headings.put("Ports", "PORTS");
        headings.put("State", "STATE");
        headings.put("Status", "STATUS");
        headings.put("Size", "SIZE");
        headings.put("Labels", "LABELS");
        headings.put("Mounts", "MOUNTS");
        headings.put("Networks", "NETWORKS");
        headings.put("LocalVolumes", "LOCAL VOLUMES");
        new Listing(
                        headings,
                        chosen.stream()
                                .map(container -> struct(container, whole))
                                .toList())
                .print(
                        call.text("format"),
                        "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}",
                        call.around().out());
        return 0;
    }

    private static boolean meansEnded(String filter) {
        return filter.startsWith("status=") && !filter.equals("status=running") || filter.startsWith("exited=");
    }

    private static boolean takes(RunningContainer container, String filter) {
        int equals = filter.indexOf('=');
        String key = equals < 0 ? filter : filter.substring(0, equals);
        String value = equals < 0 ? "" : filter.substring(equals + 1);
        ContainerState state = container.state();
        return switch (key) {
            case "name" ->
                container.name().matches(".*(" + value.replaceFirst("^\\^?/", "^") + ").*")
                        || container.name().contains(value);
            case "id" -> container.id().startsWith(value);
            case "status" -> word(state).equals(value);
            case "exited" ->
                !state.lasting() && String.valueOf(state.exitCode()).equals(value);
            case "health" -> state.health().name().toLowerCase(Locale.ROOT).equals(value);
            case "label" -> {
                int cut = value.indexOf('=');
                Map<String, String> labels = container.spec().label().labels();
                yield cut < 0
                        ? labels.containsKey(value)
                        : value.substring(cut + 1).equals(labels.get(value.substring(0, cut)));
            }
            case "ancestor" -> {
                String image = container.spec().image().name().withDefaultTag().familiar();
                yield image.equals(Names.shown(value));
            }
            case "network" -> container.spec().networking().network().word().equals(value);
            default -> throw DockerFailure.ofDaemon("invalid filter '" + key + "'");
        };
    }

    static String word(ContainerState state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }

    private static Struct struct(RunningContainer container, boolean whole) {
        RunningContainer.Details details = container.details();
        String command = String.join(" ", details.command());
        boolean cut = !whole && command.length() > LONGEST;
        return Struct.of("*formatter.ContainerContext")
                .with("Command", "\"" + (cut ? command.substring(0, LONGEST - 1) + "…" : command) + "\"")
                .with("CreatedAt", details.created().toString())
                .with("ID", whole ? container.id() : container.id().substring(0, 12))
                .with("Image", container.spec().image().name().familiar())
                .with("Labels", pairs(container.spec().label().labels()))
                .with("LocalVolumes", "0")
                .with("Mounts", String.join(",", details.mounts().keySet()))
                .with("Names", container.name())
                .with("Networks", container.spec().networking().network().word())
                .with("Ports", ports(details.ports()))
                .with("RunningFor", Amounts.ago(details.created(), Instant.now()))
                .with("Size", "0B")
                .with("State", word(container.state()))
                .with("Status", status(container.state()));
    }

    private static String pairs(Map<String, String> labels) {
        return String.join(
                ",",
                labels.entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .toList());
    }

    private static String ports(List<PortMapping> ports) {
        return String.join(", ", ports.stream().map(PortMapping::toString).toList());
    }

    private static String status(ContainerState state) {
        Instant now = Instant.now();
        Instant started = state.started();
        Instant finished = state.finished();
        return switch (state.status()) {
            case CREATED -> "Created";
            case DEAD -> "Dead";
            case EXITED -> "Exited (" + state.exitCode() + ") " + (finished == null ? "" : Amounts.ago(finished, now));
            case RESTARTING ->
                "Restarting (" + state.exitCode() + ") " + (finished == null ? "" : Amounts.ago(finished, now));
            case RUNNING ->
                "Up " + Amounts.words(started == null ? Duration.ZERO : Duration.between(started, now))
                        + switch (state.health()) {
                            case NONE -> "";
                            case STARTING -> " (health: starting)";
                            case HEALTHY -> " (healthy)";
                            case UNHEALTHY -> " (unhealthy)";
                        };
        };
    }
}
