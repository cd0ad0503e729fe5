package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that runs a set-up script in namespaces of its own, all of which end when it does. */
final class Launcher {
    private Launcher() {}

    static List<String> argv(SandboxSpec spec, Path script, String... moreNamespaces) throws IOException {
        return onTerminal(spec, words(script, moreNamespaces));
    }

    static List<String> words(Path script, String... moreNamespaces) throws IOException {
        List<String> argv = new ArrayList<>(List.of(
                Shell.tool("unshare"), "--mount", "--propagation=private", "--pid", "--fork", "--kill-child=KILL"));
        argv.addAll(List.of(moreNamespaces));
        // The new /proc comes after what is read through the old one: memory of this program.
        argv.addAll(List.of("--", Shell.tool("sh"), script.toString()));
        return argv;
    }

    /** Puts a command on a pseudo-terminal if the process is to have one. */
    static List<String> onTerminal(SandboxSpec spec, List<String> argv) throws SandboxException {
        return onTerminal(spec.process().terminal(), argv);
    }

    static List<String> onTerminal(boolean terminal, List<String> argv) throws SandboxException {
        if (!terminal) {
            return argv;
        }
        return List.of(
                Shell.tool("script"), "--quiet", "--return", "--flush", "--command", Shell.line(argv), "/dev/null");
    }
}
