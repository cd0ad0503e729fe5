package dev.runner.cli.docker;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.ImageTransferException;
import dev.runner.oci.MalformedContentException;
import dev.runner.registry.RegistryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code docker …}, answered by our engine. */
public final class DockerCommandLine {
    private static final Set<String> VALUES = Set.of(
            "--config", "-c", "--context", "-H", "--host", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey");
    private static final Set<String> SWITCHES = Set.of("-D", "--debug", "--tls", "--tlsverify", "--experimental");

    private final Function<Map<String, String>, Surroundings> makes;
    private Map<String, String> environment;

    private DockerCommandLine(Map<String, String> environment, Function<Map<String, String>, Surroundings> makes) {
        this.environment = environment;
        this.makes = makes;
    }

    /**
     * Runs a command.
     *
     * @param words those behind {@code docker}
     * @param makes gives what it works with, for an environment
     * @return the exit code, as Docker's: 1 for a failure, 125 for a bad flag, or that of a container
     */
    public static int run(
            List<String> words, Map<String, String> environment, Function<Map<String, String>, Surroundings> makes)
            throws InterruptedException {
        return new DockerCommandLine(environment, makes).run(words);
    }

    private int run(List<String> words) throws InterruptedException {
        List<String> rest = afterGlobalFlags(words);
        Surroundings around = makes.apply(environment);
        PrintWriter err = around.err();
        try {
            return rest.isEmpty() ? Help.root(around) : dispatch(rest, around);
        } catch (DockerFailure e) {
            around.out().flush();
            if (!e.text().isEmpty()) {
                err.println(e.text());
            }
            return e.code();
        } catch (IOException | UncheckedIOException e) {
            around.out().flush();
            err.println(String.valueOf(e.getMessage()));
            return 1;
        } catch (ImageNotFoundException
                | ImageTransferException
                | RegistryException
                | ContainerFailedException
                | MalformedContentException e) {
            around.out().flush();
            err.println("Error response from daemon: " + e.getMessage());
            return 1;
        } finally {
            around.out().flush();
            err.flush();
        }
    }

    /** Reads the flags before the command; those that choose an engine elsewhere are refused, for there is none. */
    private List<String> afterGlobalFlags(List<String> words) {
        int at = 0;
        while (at < words.size() && words.get(at).startsWith("-")) {
            String word = words.get(at);
            String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word;
            if (name.equals("-v") || name.equals("--version")) {
                return List.of("--version");
            }
            if (name.equals("--help") || name.equals("-h")) {
                return List.of();
            }
            if (SWITCHES.contains(name)) {
                at++;
                continue;
            }
            if (!VALUES.contains(name)) {
                return words.subList(at, words.size());
            }
            boolean joined = word.contains("=");
            String value =
                    joined ? word.substring(word.indexOf('=') + 1) : at + 1 < words.size() ? words.get(at + 1) : "";
            if (name.equals("--config")) {
                environment = new HashMap<>(environment);
                environment.put("DOCKER_CONFIG", value);
            }
            at += joined ? 1 : 2;
        }
        return words.subList(Math.min(at, words.size()), words.size());
    }

    private static int dispatch(List<String> words, Surroundings around) throws IOException, InterruptedException {
        if (words.getFirst().equals("--version")) {
            around.out().println("Docker version " + SystemCommands.VERSION + ", build " + SystemCommands.BUILD);
            return 0;
        }
        if (words.getFirst().startsWith("-")) {
            throw new DockerFailure(
                    "unknown flag: " + words.getFirst()
                            + "\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information",
                    DockerFailure.DAEMON);
        }
        if (words.getFirst().equals("help")) {
            List<String> asked = new ArrayList<>(words.subList(1, words.size()));
            asked.add("--help");
            return dispatch(asked.size() == 1 ? List.of("--help") : asked, around);
        }
        List<String> path = new ArrayList<>();
        List<String> carried = new ArrayList<>();
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at);
            if (!path.isEmpty() && path.getFirst().equals("buildx") && word.startsWith("-") && !isHelp(word)) {
                at = carry(words, at, carried);
                continue;
            }
            if (word.startsWith("-")) {
                break;
            }
            path.add(word);
            at++;
            if (!Commands.isGroup(String.join(" ", path))) {
                break;
            }
        }
        String name = String.join(" ", path);
        if (Commands.isGroup(name)) {
            return Help.group(name, around);
        }
        Command command = Commands.find(name);
        if (command == null) {
            throw unknown(path, around);
        }
        carried.addAll(words.subList(at, words.size()));
        if (wantsHelp(command, carried)) {
            Help.command(command, around);
            return 0;
        }
        Call call = Call.parse(command, carried, around);
        command.check(call.words());
        return command.run(call);
    }

    /** {@code --builder NAME} and {@code -D} may stand before Buildx's command. */
    private static int carry(List<String> words, int at, List<String> carried) {
        String word = words.get(at);
        if (word.equals("--builder") && at + 1 < words.size()) {
            carried.add("--builder=" + words.get(at + 1));
            return at + 2;
        }
        if (!word.startsWith("--builder=") && !word.equals("-D") && !word.equals("--debug")) {
            throw new DockerFailure("unknown flag: " + word, DockerFailure.DAEMON);
        }
        carried.add(word);
        return at + 1;
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h");
    }

    /** Whether help is asked for among the command's own flags: not in what belongs to a container. */
    private static boolean wantsHelp(Command command, List<String> words) {
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            if (word.equals("--help") || word.equals("-h") && command.flagWith('h') == null) {
                return true;
            }
            if (word.equals("--") || !command.mixed() && !word.startsWith("-")) {
                return false;
            }
            Flag flag = flagOf(command, word);
            if (flag != null
                    && !flag.isSwitch()
                    && !word.contains("=")
                    && (word.startsWith("--") || word.length() == 2)) {
                at++;
            }
        }
        return false;
    }

    private static @Nullable Flag flagOf(Command command, String word) {
        if (word.startsWith("--")) {
            return command.flagNamed(word.substring(2));
        }
        return word.length() > 1 && word.startsWith("-") ? command.flagWith(word.charAt(word.length() - 1)) : null;
    }

    private static DockerFailure unknown(List<String> path, Surroundings around) {
        String engine = ForeignCommands.engineFor(path);
        if (engine != null) {
            return DockerFailure.of("docker: 'docker " + String.join(" ", path) + "' needs " + engine
                    + ", and here 'docker' is a part of runner, which builds, runs and moves images without an engine."
                    + ForeignCommands.instead(path)
                    + "\n\nWhere an engine runs, RUNNER_DOCKER=engine leaves 'docker' in the jobs' PATH to it.");
        }
        if (path.getFirst().equals("buildx")) {
            Help.group("buildx", around);
            return DockerFailure.ofBuildx("unknown command: \"" + path.getLast() + "\"");
        }
        String group = String.join(" ", path.subList(0, path.size() - 1));
        return DockerFailure.of("docker: unknown command: docker " + String.join(" ", path)
                + (group.isEmpty()
                        ? "\n\nRun 'docker --help' for more information"
                        : "\n\nUsage:  docker " + group + "\n\nRun 'docker " + group
                                + " --help' for more information"));
    }
}
