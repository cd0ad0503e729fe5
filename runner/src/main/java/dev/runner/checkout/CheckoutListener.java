package dev.runner.checkout;

/** Hears how far a checkout is. Called on the thread that checks out, or on one it waits for. */
public interface CheckoutListener {
    CheckoutListener SILENT = new CheckoutListener() {
        @Override
        public void progress(String task, int done, int total) {}

        @Override
        public void note(String text) {}
    };

    /**
     * Something advances.
     *
     * @param task such as {@code Receiving objects}
     * @param done how many are done
     * @param total of how many; 0 when that is not known
     */
    void progress(String task, int done, int total);

    /** Something a person should know that is no failure. */
    void note(String text);
}
