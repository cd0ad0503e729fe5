package dev.runner.registry;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a host's spelling tells, without asking a name server. */
final class Hosts {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

    private Hosts() {}

    /** A host without its port. */
    static String withoutPort(String authority) {
        int bracket = authority.lastIndexOf(']');
        int colon = authority.lastIndexOf(':');
        return colon > bracket ? authority.substring(0, colon) : authority;
    }

    /** A host without the brackets of an IPv6 address. */
    static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether a host is this machine: {@code localhost}, {@code 127.0.0.0/8}, {@code ::1}. */
    static boolean isLoopback(String host) {
        String name = bare(host).toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.equals("0:0:0:0:0:0:0:1")
                || (IPV4.matcher(name).matches() && name.startsWith("127."));
    }

    /** Whether a host is an IP address. */
    static boolean isAddress(String host) {
        return IPV4.matcher(host).matches() || bare(host).contains(":");
    }
}
