package dev.runner.build.embedded;

import dev.runner.build.BuildEvent;
import dev.runner.oci.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells how much of a blob has passed: now and then, and at its end. */
final class ReportingStream extends FilterInputStream {
    private static final long STEP = 4L << 20;

    private final Descriptor blob;
    private final BuildEvent.Direction direction;
    private final Progress progress;
    private long done;
    private long told;

    ReportingStream(InputStream in, Descriptor blob, BuildEvent.Direction direction, Progress progress) {
        super(in);
        this.blob = blob;
        this.direction = direction;
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count > 0) {
            done += count;
            if (done - told >= STEP || done == blob.size()) {
                told = done;
                progress.emit(new BuildEvent.Transfer(direction, blob.digest().toString(), done, blob.size()));
            }
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
