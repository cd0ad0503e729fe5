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
        int[] range = range(slash < 0 ? container : container.substring(0, slash), "invalid containerPort: ", word);
        if (!protocol.isEmpty() && !List.of("tcp", "udp", "sctp").contains(protocol)) {
            throw new NumberFormatException("invalid port: \"" + word + "\": invalid proto: " + protocol);
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
        int colon = host.lastIndexOf(':');
        if (colon >= 0 && !isAddress(host.substring(0, colon))) {
            throw new NumberFormatException("invalid IP address: " + host.substring(0, colon));
        }
        int[] range = range(port, "invalid hostPort: ", port);
        if (range[1] - range[0] != container[1] - container[0] && container[0] != container[1]) {
            throw new NumberFormatException("invalid ranges specified for container and host Ports: " + container[0]
                    + "-" + container[1] + " and " + port);
        }
    }

    private static int[] range(String text, String fault, String word) {
        if (text.isEmpty()) {
            throw new NumberFormatException("invalid port: \"" + word + "\": no port specified");
        }
        int dash = text.indexOf('-');
        int first = port(dash < 0 ? text : text.substring(0, dash), fault + text);
        int last = dash < 0 ? first : port(text.substring(dash + 1), fault + text);
        if (last < first) {
            throw new NumberFormatException(fault + text);
        }
        return new int[] {first, last};
    }

    private static int port(String digits, String fault) {
        boolean valid =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = valid ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > 65535) {
            throw new NumberFormatException(fault);
        }
        return port;
    }

    /** By its looks: four numbers, or hexadecimal groups in brackets or bare. */
    private static boolean isAddress(String text) {
        String address = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (address.indexOf(':') >= 0) {
            return address.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
        }
        String[] numbers = address.split("\\.", -1);
        boolean right = numbers.length == 4 || text.isEmpty();
        for (String number : numbers) {
            right &= text.isEmpty() || isByte(number);
        }
        return right;
    }

    private static boolean isByte(String number) {
        return !number.isEmpty()
                && number.length() <= 3
                && number.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(number) <= 255;
    }
}
