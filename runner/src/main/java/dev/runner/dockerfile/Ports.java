package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of EXPOSE: {@code [[ip:]host:]port[-end][/protocol]}; only the container's ports count. */
final class Ports {
    private Ports() {}

    static List<String> parse(Written written, List<String> words) {
        List<String> ports = new ArrayList<>();
        for (String word : words) {
            try {
                addPorts(word, ports);
            } catch (NumberFormatException e) {
                InvalidSourceException blamed = new InvalidSourceException(
                        Diagnostic.error(written.span(), String.valueOf(e.getMessage()), null));
                blamed.initCause(e);
                throw blamed;
            }
        }
        return ports;
    }

    private static void addPorts(String word, List<String> ports) {
        int colon = word.lastIndexOf(':');
        String container = word.substring(colon + 1);
        int slash = container.indexOf('/');
        String protocol = slash < 0 ? "" : container.substring(slash + 1).toLowerCase(Locale.ROOT);
        int[] range = range(slash < 0 ? container : container.substring(0, slash), word);
        if (!protocol.isEmpty() && !List.of("tcp", "udp", "sctp").contains(protocol)) {
            throw new NumberFormatException("invalid proto: " + protocol);
        }
        if (colon >= 0) {
            checkHost(word.substring(0, colon), range);
        }
        for (int port = range[0]; port <= range[1]; port++) {
            ports.add(port + "/" + (protocol.isEmpty() ? "tcp" : protocol));
        }
    }

    /** A host's port means nothing to an image, but a wrong one is a wrong word. */
    private static void checkHost(String host, int[] container) {
        String port = host.substring(host.lastIndexOf(':') + 1);
        if (port.isEmpty()) {
            return;
        }
        int[] range = range(port, port);
        if (range[1] - range[0] != container[1] - container[0] && container[0] != container[1]) {
            throw new NumberFormatException("invalid ranges specified for container and host Ports");
        }
    }

    private static int[] range(String text, String word) {
        if (text.isEmpty()) {
            throw new NumberFormatException("no port specified: " + word);
        }
        int dash = text.indexOf('-');
        int first = port(dash < 0 ? text : text.substring(0, dash), text);
        int last = dash < 0 ? first : port(text.substring(dash + 1), text);
        if (last < first) {
            throw new NumberFormatException("invalid containerPort: " + text);
        }
        return new int[] {first, last};
    }

    private static int port(String digits, String text) {
        boolean valid =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = valid ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > 65535) {
            throw new NumberFormatException("invalid containerPort: " + text);
        }
        return port;
    }
}
