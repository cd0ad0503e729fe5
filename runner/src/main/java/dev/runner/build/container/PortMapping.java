package dev.runner.build.container;

import java.util.ArrayList;
import java.util.List;

/**
 * A port of a container that is reached by one of this machine.
 *
 * @param address of this machine, such as {@code 127.0.0.1}
 * @param hostPort 0 for any free one
 */
public record PortMapping(String address, int hostPort, int containerPort, Protocol protocol) {
    /** Published ports are for this machine unless somebody asks for more. */
    public static final String LOOPBACK = "127.0.0.1";

    /** What is carried. */
    public enum Protocol {
        TCP,
        UDP;

        /** As Docker writes it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Reads {@code [address:][host:]container[/protocol]}, where ports may be ranges of equal length.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static List<PortMapping> parse(String text) {
        int slash = text.indexOf('/');
        Protocol protocol = protocol(text, slash < 0 ? "tcp" : text.substring(slash + 1));
        String rest = slash < 0 ? text : text.substring(0, slash);
        int last = rest.lastIndexOf(':');
        int[] inside = range(text, rest.substring(last + 1));
        String outside = last < 0 ? "" : rest.substring(0, last);
        int before = outside.lastIndexOf(':');
        String address = before < 0 ? "" : outside.substring(0, before).replaceAll("^\\[|]$", "");
        String ports = outside.substring(before + 1);
        if (before < 0 && ports.contains(".")) {
            address = ports;
            ports = "";
        }
        int[] host = ports.isEmpty() ? new int[] {0, 0} : range(text, ports);
        boolean single = ports.isEmpty() || host[0] == host[1];
        if (!single && host[1] - host[0] != inside[1] - inside[0]
                || single && !ports.isEmpty() && inside[0] != inside[1]) {
            throw new IllegalArgumentException("the port ranges of '" + text + "' differ in length");
        }
        List<PortMapping> all = new ArrayList<>();
        for (int port = inside[0]; port <= inside[1]; port++) {
            int hostPort = ports.isEmpty() ? 0 : host[0] + port - inside[0];
            all.add(new PortMapping(address.isEmpty() ? LOOPBACK : address, hostPort, port, protocol));
        }
        return all;
    }

    private static Protocol protocol(String text, String word) {
        return switch (word.toLowerCase(java.util.Locale.ROOT)) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            default -> throw new IllegalArgumentException("a port is tcp or udp, not '" + word + "' in '" + text + "'");
        };
    }

    private static int[] range(String text, String ports) {
        String[] ends = ports.split("-", -1);
        try {
            int first = Integer.parseInt(ends[0]);
            int last = ends.length == 2 ? Integer.parseInt(ends[1]) : first;
            if (ends.length <= 2 && first > 0 && first <= last && last <= 65535) {
                return new int[] {first, last};
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "a port is [ADDRESS:][HOST:]CONTAINER[/tcp|udp] with numbers from 1 to 65535, not '" + text + "'");
    }

    /** As {@code docker ps} shows it: {@code 127.0.0.1:8080->80/tcp}. */
    @Override
    public String toString() {
        return address + ":" + hostPort + "->" + containerPort + "/" + protocol.word();
    }
}
