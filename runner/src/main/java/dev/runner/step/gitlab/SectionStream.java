package dev.runner.step.gitlab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the marks of sections out of a log: {@code section_start:TIME:NAME[collapsed=true]} and {@code section_end}, each
 * ended by a carriage return and an erasing sequence. A section's title stays, behind a small triangle.
 */
final class SectionStream extends OutputStream {
    private static final String ERASE = "(?:\\x1B\\[0K)?";
    private static final Pattern START =
            Pattern.compile(ERASE + "section_start:\\d+:[A-Za-z0-9_.-]+(?:\\[([^]\\r\\n]*)])?\\r\\x1B\\[0K");
    private static final Pattern END = Pattern.compile(ERASE + "section_end:\\d+:[A-Za-z0-9_.-]+\\r\\x1B\\[0K");

    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    SectionStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Whole lines without a mark, nearly all, pass as they are. */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, from, i + 1 - from);
                pass();
                from = i + 1;
            }
        }
        line.write(bytes, from, offset + length - from);
    }

    private void pass() throws IOException {
        byte[] bytes = line.toByteArray();
        line.reset();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.contains("section_")) {
            out.write(bytes);
            return;
        }
        Matcher start = START.matcher(text);
        String shown = start.replaceAll(
                found -> found.group(1) != null && found.group(1).contains("collapsed=true") ? "\u25B8 " : "\u25BE ");
        shown = END.matcher(shown).replaceAll("");
        if (!shown.isBlank()) {
            out.write(shown.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (line.size() > 0) {
            pass();
        }
        out.close();
    }
}
