package dev.runner.build.embedded.store;

import java.nio.charset.StandardCharsets;

/**
 * Which extended attributes a layer may carry: {@code user.*} and {@code security.capability}. Labels of the machine's
 * security modules, ACLs and {@code trusted.*} belong to the machine; overlayfs' own marks must not be forged by a layer.
 */
final class LayerXattrs {
    static final String TRUSTED_OPAQUE = "trusted.overlay.opaque";
    static final String USER_OPAQUE = "user.overlay.opaque";
    private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);

    private LayerXattrs() {}

    static boolean carried(String name) {
        return name.equals("security.capability") || name.startsWith("user.") && !name.startsWith("user.overlay.");
    }

    /** Which of them the layer of a step has: as with BuildKit, of files that a step made or changed no other is kept. */
    static boolean isMade(String name) {
        return name.equals("security.capability");
    }

    static byte[] yes() {
        return YES.clone();
    }

    static boolean isYes(byte[] value) {
        return value.length == 1 && value[0] == 'y';
    }
}
