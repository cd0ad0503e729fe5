package dev.runner.cli.docker;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.Containers;
import dev.runner.build.container.ContainerExec;
import dev.runner.build.container.LogQuery;
import dev.runner.build.container.PortMapping;
import dev.runner.build.container.RunningContainer;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done with containers that are there: {@code exec}, {@code logs}, {@code stop}, {@code cp}, … */
final class ContainerCommands {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private ContainerCommands() {}

    static RunningContainer need(Call call, String word) {
        RunningContainer found = call.around().jobContainers().find(word);
        if (found == null) {
            throw DockerFailure.ofDaemon("No such container: " + word);
        }
        return found;
    }

    /** Does something with each container that the words name; what fails is told, and the others are done all the same. */
    private static int each(Call call, Work work) throws IOException, InterruptedException {
        boolean failed = false;
        for (String word : call.words()) {
            try {
                work.on(need(call, word), word);
            } catch (DockerFailure e) {
                call.tell(e.text());
                failed = true;
            } catch (ContainerFailedException e) {
                call.tell("Error response from daemon: " + e.getMessage());
                failed = true;
            }
        }
        return failed ? 1 : 0;
    }

    /** What is done with one container. */
    @FunctionalInterface
    private interface Work {
        void on(RunningContainer container, String word) throws IOException, InterruptedException;
    }

    static Command exec(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER COMMAND [ARG...]",
                        "Execute a command in a running container",
                        ContainerCommands::exec)
                .atLeast(2)
                .flagsFirst()
                .flag('d', "detach", "Detached mode: run command in the background")
                .value("detach-keys", "string", "")
                .value('e', "env", "list", "Set environment variables")
                .value("env-file", "list", "Read in a file of environment variables")
                .flag('i', "interactive", "Keep STDIN open even if not attached")
                .flag("privileged", "Give extended privileges to the command")
                .flag('t', "tty", "Allocate a pseudo-TTY")
                .value('u', "user", "string", "Username or UID (format: \"<name|uid>[:<group|gid>]\")")
                .value('w', "workdir", "string", "Working directory inside the container");
    }

    private static int exec(Call call) throws IOException, InterruptedException {
        RunningContainer container = need(call, call.word(0));
        if (!container.state().running()) {
            throw DockerFailure.ofDaemon("container " + container.id() + " is not running");
        }
        if (call.on("interactive") && call.on("tty") && !call.around().isTerminal()) {
            throw DockerFailure.of("the input device is not a TTY");
        }
        List<String> command = call.words().subList(1, call.words().size());
        boolean terminal = call.on("tty") && call.around().isTerminal();
        ContainerExec exec = new ContainerExec(
                call.on("detach") ? inBackground(command) : command,
                ContainerFlags.environment(call),
                call.text("user"),
                call.text("workdir"),
                terminal,
                call.on("privileged"));
        InputStream in = call.on("interactive") ? call.around().in() : new ByteArrayInputStream(new byte[0]);
        try {
            return container
                    .exec(
                            exec,
                            new Containers.Streams(
                                    in,
                                    call.around().outputBytes(),
                                    call.around().errorBytes()))
                    .await();
        } catch (ContainerFailedException e) {
            throw new DockerFailure("Error response from daemon: " + e.getMessage(), 1);
        }
    }

    private static List<String> inBackground(List<String> command) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "\"$@\" </dev/null >/dev/null 2>&1 &", "sh"));
        words.addAll(command);
        return words;
    }

    static Command logs(String path) {
        return Command.of(path, "[OPTIONS] CONTAINER", "Fetch the logs of a container", ContainerCommands::logs)
                .words(1)
                .flag("details", "")
                .flag('f', "follow", "Follow log output")
                .value("since", "string", "Show logs since timestamp or relative (e.g. \"42m\" for 42 minutes)")
                .value('n', "tail", "string", "Number of lines to show from the end of the logs (default \"all\")")
                .flag('t', "timestamps", "Show timestamps")
                .value("until", "string", "Show logs before a timestamp or relative (e.g. \"42m\" for 42 minutes)");
    }

    private static int logs(Call call) throws IOException, InterruptedException {
        RunningContainer container = need(call, call.word(0));
        String tail = call.text("tail", "all");
        if (!tail.equals("all") && !tail.matches("-?\\d+")) {
            throw DockerFailure.ofDaemon("invalid value for --tail: '" + tail + "'");
        }
        LogQuery query = new LogQuery(
                tail.equals("all") ? -1 : Integer.parseInt(tail),
                time(call.text("since")),
                time(call.text("until")),
                call.on("follow"),
                call.on("timestamps"));
        container.logs(query, call.around().outputBytes(), call.around().errorBytes());
        return 0;
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Times.before(text);
    }

    static Command start(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER [CONTAINER...]",
                        "Start one or more stopped containers",
                        ContainerCommands::start)
                .atLeast(1)
                .flag('a', "attach", "Attach STDOUT/STDERR and forward signals")
                .value("detach-keys", "string", "")
                .flag('i', "interactive", "Attach container's STDIN");
    }

    private static int start(Call call) throws IOException, InterruptedException {
        if (call.on("attach") || call.on("interactive")) {
            if (call.words().size() > 1) {
                throw DockerFailure.of("you cannot start and attach multiple containers at once");
            }
            return Attachment.run(call, need(call, call.word(0)));
        }
        return each(call, (container, word) -> {
            if (!container.state().running()) {
                call.around().jobContainers().detach(container, supervisor(call));
            }
            call.say(word);
        });
    }

    /** The words that let this program look after a container whose id follows. */
    static List<String> supervisor(Call call) {
        List<String> words = new ArrayList<>(call.around().launcher());
        words.addAll(List.of("docker", "container", "supervise"));
        return words;
    }

    static Command supervise() {
        return Command.of(
                        "container supervise",
                        "CONTAINER",
                        "",
                        call -> call.around().jobContainers().supervise(call.word(0)))
                .words(1);
    }

    static Command stop(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER [CONTAINER...]",
                        "Stop one or more running containers",
                        call -> each(call, (container, word) -> {
                            container.stop(call.text("signal"), grace(call));
                            call.say(word);
                        }))
                .atLeast(1)
                .value('s', "signal", "string", "Signal to send to the container")
                .value('t', "timeout", "int", "Seconds to wait before killing the container")
                .value("time", "int", "");
    }

    private static Duration grace(Call call) {
        String seconds = call.text("timeout", call.text("time", ""));
        if (seconds.isEmpty()) {
            return GRACE;
        }
        try {
            long given = Long.parseLong(seconds);
            return given < 0 ? Duration.ofDays(365) : Duration.ofSeconds(given);
        } catch (NumberFormatException e) {
            throw new DockerFailure(
                    "invalid argument \"" + seconds + "\" for \"-t, --timeout\" flag: strconv.ParseInt: parsing \""
                            + seconds + "\": invalid syntax" + call.command().usageHint(),
                    DockerFailure.DAEMON);
        }
    }

    static Command kill(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER [CONTAINER...]",
                        "Kill one or more running containers",
                        call -> each(call, (container, word) -> {
                            if (!container.state().running()) {
                                throw DockerFailure.ofDaemon("cannot kill container: " + word + ": container "
                                        + container.id() + " is not running");
                            }
                            container.kill(call.text("signal", "SIGKILL"));
                            call.say(word);
                        }))
                .atLeast(1)
                .value('s', "signal", "string", "Signal to send to the container");
    }

    static Command waiting(String path) {
        return Command.of(
                        path,
                        "CONTAINER [CONTAINER...]",
                        "Block until one or more containers stop, then print their exit codes",
                        call -> each(call, (container, word) -> call.say(String.valueOf(container.await()))))
                .atLeast(1);
    }

    static Command remove(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER [CONTAINER...]",
                        "Remove one or more containers",
                        ContainerCommands::remove)
                .atLeast(1)
                .flag('f', "force", "Force the removal of a running container (uses SIGKILL)")
                .flag('l', "link", "")
                .flag('v', "volumes", "Remove anonymous volumes associated with the container");
    }

    private static int remove(Call call) throws IOException, InterruptedException {
        boolean failed = false;
        for (String word : call.words()) {
            RunningContainer container = call.around().jobContainers().find(word);
            if (container == null) {
                call.tell("Error response from daemon: No such container: " + word);
                failed |= !call.on("force");
            } else if (container.state().lasting() && !call.on("force")) {
                call.tell("Error response from daemon: cannot remove container \"" + container.name()
                        + "\": container is " + ContainerList.word(container.state())
                        + ": stop the container before removing or force remove");
                failed = true;
            } else {
                container.remove();
                call.say(word);
            }
        }
        return failed ? 1 : 0;
    }

    static Command prune() {
        return Command.of("container prune", "[OPTIONS]", "Remove all stopped containers", call -> {
                    String question = "WARNING! This will remove all stopped containers.\n"
                            + "Are you sure you want to continue? [y/N] ";
                    if (call.on("force") || Confirmation.of(call, question)) {
                        ContainerImages.prune(call);
                        call.say("Total reclaimed space: 0B");
                    }
                    return 0;
                })
                .words(0)
                .value("filter", "filter", "Provide filter values (e.g. \"until=<timestamp>\")")
                .flag('f', "force", "Do not prompt for confirmation");
    }

    static Command port(String path) {
        return Command.of(
                        path,
                        "CONTAINER [PRIVATE_PORT[/PROTO]]",
                        "List port mappings or a specific mapping for the container",
                        ContainerCommands::port)
                .words(1, 2);
    }

    private static int port(Call call) {
        RunningContainer container = need(call, call.word(0));
        String wanted =
                call.words().size() < 2 ? "" : call.word(1) + (call.word(1).contains("/") ? "" : "/tcp");
        boolean found = false;
        for (PortMapping port : container.details().ports()) {
            String inside = port.containerPort() + "/" + port.protocol().word();
            String outside = port.address() + ":" + port.hostPort();
            if (wanted.isEmpty()) {
                call.say(inside + " -> " + outside);
            } else if (wanted.equals(inside)) {
                call.say(outside);
                found = true;
            }
        }
        if (!wanted.isEmpty() && !found) {
            throw DockerFailure.of("no public port '" + wanted + "' published for " + call.word(0));
        }
        return 0;
    }

    static Command export(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER",
                        "Export a container's filesystem as a tar archive",
                        ContainerCommands::export)
                .words(1)
                .value('o', "output", "string", "Write to a file, instead of STDOUT");
    }

    private static int export(Call call) throws IOException {
        RunningContainer container = need(call, call.word(0));
        String output = call.text("output", "");
        if (output.isEmpty() && call.around().isTerminal()) {
            throw DockerFailure.of("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        try (OutputStream out = new BufferedOutputStream(
                output.isEmpty() ? call.around().outputBytes() : Files.newOutputStream(Path.of(output)), 1 << 16)) {
            container.archive("/.", out);
        }
        return 0;
    }

    static Command copy(String path) {
        return Command.of(
                        path,
                        "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
                        "Copy files/folders between a container and the local filesystem",
                        ContainerCommands::copy)
                .words(2)
                .flag('a', "archive", "Archive mode (copy all uid/gid information)")
                .flag('L', "follow-link", "Always follow symbol link in SRC_PATH")
                .flag('q', "quiet", "Suppress progress output during copy");
    }

    private static int copy(Call call) throws IOException {
        Place from = Place.of(call.word(0));
        Place to = Place.of(call.word(1));
        if (from.container().isEmpty() == to.container().isEmpty()) {
            throw DockerFailure.of(
                    from.container().isEmpty()
                            ? "must specify at least one container source"
                            : "copying between containers is not supported");
        }
        try {
            if (!from.container().isEmpty()) {
                RunningContainer container = need(call, from.container());
                if (to.path().equals("-")) {
                    container.archive(from.path(), call.around().outputBytes());
                } else {
                    container.copyOut(from.path(), Path.of(to.path()));
                }
            } else {
                RunningContainer container = need(call, to.container());
                if (from.path().equals("-")) {
                    container.unpack(call.around().in(), to.path());
                } else if (!Files.exists(Path.of(from.path()))) {
                    throw DockerFailure.of(
                            "lstat " + Path.of(from.path()).toAbsolutePath() + ": no such file or directory");
                } else {
                    container.copyIn(Path.of(from.path()), to.path());
                }
            }
            return 0;
        } catch (java.nio.file.NoSuchFileException e) {
            throw DockerFailure.ofDaemon(
                    "Could not find the file " + from.path() + " in container " + from.container());
        }
    }

    /** One end of a copy; the container is empty for this machine. */
    private record Place(String container, String path) {
        static Place of(String word) {
            int colon = word.indexOf(':');
            boolean local = colon <= 0 || word.startsWith("/") || word.startsWith(".");
            return local ? new Place("", word) : new Place(word.substring(0, colon), word.substring(colon + 1));
        }
    }
}
