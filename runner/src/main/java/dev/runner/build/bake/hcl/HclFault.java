package dev.runner.build.bake.hcl;

/** A value that cannot be used; whoever evaluates knows the place and adds it. */
public final class HclFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HclFault(String message) {
        super(message);
    }

    /** Never null. */
    String says() {
        return String.valueOf(getMessage());
    }
}
