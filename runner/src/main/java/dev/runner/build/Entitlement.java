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

    /** As {@code --allow} names it. */
    public String flag() {
        return flag;
    }
}
