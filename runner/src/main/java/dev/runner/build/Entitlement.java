package dev.runner.build;

/** What a Dockerfile may ask for only when the user allows it: {@code --allow}. */
public enum Entitlement {
    /** {@code RUN --network=host}. */
    NETWORK_HOST("network.host"),
    /** {@code RUN --security=insecure}. */
    SECURITY_INSECURE("security.insecure");

    private final String flag;

    Entitlement(String flag) {
        this.flag = flag;
    }

    /**
     * Reads what {@code --allow} takes.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static Entitlement parse(String text) {
        for (Entitlement one : values()) {
            if (one.flag.equals(text)) {
                return one;
            }
        }
        throw new IllegalArgumentException(
                "what can be allowed is security.insecure and network.host, not '" + text + "'");
    }

    /** As {@code --allow} names it. */
    public String flag() {
        return flag;
    }
}
