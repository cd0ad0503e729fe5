package dev.runner.registry;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import okhttp3.Response;

/**
 * A blob that comes in, checked as it passes. When the connection breaks it goes on where it was by a range request to
 * the registry (not to where that redirected: signed URLs run out); each step forward renews the patience.
 */
final class BlobStream extends InputStream {
    private final Sender sender;
    private final TransferListener listener;
    private final Endpoint endpoint;
    private final Reference repository;
    private final Descriptor blob;
    private final MessageDigest hash;
    private Response response;
    private InputStream in;
    private long position;
    private int failures;
    private boolean ended;
    private boolean left;

    private BlobStream(
            Sender sender, TransferListener listener, Endpoint endpoint, Reference repository, Descriptor blob) {
        this.sender = sender;
        this.listener = listener;
        this.endpoint = endpoint;
        this.repository = repository;
        this.blob = blob;
        this.hash = blob.digest().newHash();
        this.response = sender.expect(endpoint, ask(), what(), 200);
        this.in = response.body().byteStream();
    }

    /** Takes one of the host's places and asks for the blob. */
    static BlobStream open(
            Sender sender, TransferListener listener, Endpoint endpoint, Reference repository, Descriptor blob) {
        Gate gate = sender.gate(endpoint);
        try {
            gate.enter(Gate.Direction.DOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(endpoint, "pull " + blob.digest(), e);
        }
        boolean opened = false;
        try {
            BlobStream stream = new BlobStream(sender, listener, endpoint, repository, blob);
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                gate.leave(Gate.Direction.DOWN);
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        if (left) {
            throw new IOException("the stream is closed");
        }
        while (true) {
            try {
                int count = in.read(buffer, offset, length);
                if (count > 0) {
                    return pass(buffer, offset, count);
                }
                if (position >= blob.size()) {
                    end();
                    return -1;
                }
                goOn(new IOException("it ended after " + position + " of " + blob.size() + " bytes"));
            } catch (IOException e) {
                goOn(e);
            }
        }
    }

    private int pass(byte[] buffer, int offset, int count) {
        position += count;
        failures = 0;
        hash.update(buffer, offset, count);
        listener.downloaded(repository, blob.digest(), count);
        if (position > blob.size()) {
            throw mismatch("is longer than " + blob.size() + " bytes");
        }
        return count;
    }

    private void end() {
        ended = true;
        close();
        String found = HexFormat.of().formatHex(hash.digest());
        if (!found.equals(blob.digest().hex())) {
            throw mismatch("has the digest " + blob.digest().algorithm() + ":" + found);
        }
    }

    /** Opens the rest after a broken connection. */
    private void goOn(IOException broken) {
        response.close();
        String what = what();
        if (Thread.currentThread().isInterrupted()) {
            throw Failures.cancelled(endpoint, what, broken);
        }
        if (++failures >= sender.attempts()) {
            throw Failures.of(endpoint, repository.path(), what, broken);
        }
        sender.waitBeforeRetry(endpoint, String.valueOf(broken.getMessage()), what, failures);
        Ask rest = position == 0 ? ask() : ask().withHeader("Range", "bytes=" + position + "-");
        response = sender.expect(endpoint, rest, what, 200, 206, 416);
        in = response.body().byteStream();
        if (response.code() == 416) {
            throw mismatch("is shorter than " + blob.size() + " bytes");
        }
        try {
            skipKnown();
        } catch (IOException e) {
            goOn(e);
        }
    }

    /** A registry without ranges sends all again. */
    private void skipKnown() throws IOException {
        String range = response.header("Content-Range", "");
        boolean rest = response.code() == 206 && range != null && range.startsWith("bytes " + position + "-");
        if (response.code() == 206 && !rest) {
            throw mismatch("comes in the wrong range '" + range + "'");
        }
        if (!rest) {
            in.skipNBytes(position);
        }
    }

    private Ask ask() {
        String name = endpoint.repository(repository);
        return Ask.of(
                "GET", endpoint.url(repository, "blobs/" + blob.digest()), repository.path(), List.of(Ask.pull(name)));
    }

    private String what() {
        return "pull " + repository.path() + "@" + blob.digest();
    }

    private RegistryException mismatch(String what) {
        return Failures.mismatch(
                endpoint,
                repository.path(),
                "blob " + blob.digest() + " of " + repository.name() + " " + what + "; " + endpoint.host()
                        + " or something on the way to it is broken");
    }

    @Override
    public void close() {
        if (!left) {
            left = true;
            response.close();
            sender.gate(endpoint).leave(Gate.Direction.DOWN);
        }
    }
}
