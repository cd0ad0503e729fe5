package dev.runner.checkout;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.Attributes;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What git does to a blob on its way into the working tree, by its attributes: {@code $Id$}, line ends and encoding, in
 * this order. JGit's own conversion differs (it turns CRLF into LF on checkout, for one), so it is not used. Filter
 * drivers are programs and are never applied.
 *
 * @param crlf what becomes of line ends
 * @param ident whether {@code $Id$} is expanded
 * @param encoding of the working tree's file, or null for the blob's bytes
 * @see <a href="https://git-scm.com/docs/gitattributes">gitattributes</a>
 */
record CheckoutConversion(
        LineEnds crlf, boolean ident, @Nullable String encoding) {
    static final CheckoutConversion NONE = new CheckoutConversion(LineEnds.KEEP, false, null);

    private static final Pattern IDENT = Pattern.compile("\\$Id(?::[^$\\n]*)?\\$");

    /** What becomes of line ends on checkout; they never become LF there. */
    enum LineEnds {
        KEEP,
        CRLF,
        /** CRLF when the content is text and has no CR yet. */
        CRLF_IF_TEXT
    }

    static CheckoutConversion of(Attributes attributes) {
        if (attributes.isEmpty()) {
            return NONE;
        }
        String encoding = attributes.getValue("working-tree-encoding");
        return new CheckoutConversion(
                lineEnds(attributes),
                attributes.isSet("ident"),
                encoding == null || encoding.isEmpty() || encoding.equalsIgnoreCase("UTF-8") ? null : encoding);
    }

    private static LineEnds lineEnds(Attributes attributes) {
        Attribute text = attributes.get("text");
        if (text == null || text.getState() == Attribute.State.UNSPECIFIED) {
            text = attributes.get("crlf");
        }
        Attribute.State state = text == null ? Attribute.State.UNSPECIFIED : text.getState();
        if (state == Attribute.State.UNSET || !"crlf".equals(attributes.getValue("eol"))) {
            return LineEnds.KEEP;
        }
        boolean auto = text != null && "auto".equals(text.getValue());
        return auto ? LineEnds.CRLF_IF_TEXT : LineEnds.CRLF;
    }

    boolean isNone() {
        return crlf == LineEnds.KEEP && !ident && encoding == null;
    }

    /** The bytes of the file for a blob's. */
    byte[] apply(byte[] content, ObjectId id) {
        byte[] result = ident ? expand(content, id) : content;
        if (crlf == LineEnds.CRLF || (crlf == LineEnds.CRLF_IF_TEXT && isTextWithoutCr(result))) {
            result = withCrLf(result);
        }
        return encoding == null || result.length == 0 ? result : encode(result, encoding);
    }

    private static byte[] expand(byte[] content, ObjectId id) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return IDENT.matcher(text).replaceAll("\\$Id: " + id.name() + " \\$").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Git's own guess: no lone CR, no NUL, and at least 128 printable bytes for each that is not. */
    private static boolean isTextWithoutCr(byte[] content) {
        int printable = 0;
        int other = 0;
        for (int i = 0; i < content.length; i++) {
            int c = content[i] & 0xFF;
            if (c == '\r' || c == 0) {
                return false;
            } else if (c == 127 || (c < 32 && c != '\b' && c != '\t' && c != 27 && c != '\f' && c != '\n')) {
                other++;
            } else if (c != '\n') {
                printable++;
            }
        }
        if (content.length > 0 && content[content.length - 1] == 26) {
            other--; // DOS ended texts with it.
        }
        return printable >> 7 >= other;
    }

    static byte[] withCrLf(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + content.length / 16);
        byte previous = 0;
        for (byte b : content) {
            if (b == '\n' && previous != '\r') {
                out.write('\r');
            }
            out.write(b);
            previous = b;
        }
        return out.toByteArray();
    }

    static byte[] withoutCr(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length);
        for (int i = 0; i < content.length; i++) {
            if (content[i] != '\r' || i + 1 == content.length || content[i + 1] != '\n') {
                out.write(content[i]);
            }
        }
        return out.toByteArray();
    }

    /** As git: content that is not UTF-8, or an unknown encoding, stays as it is. */
    private static byte[] encode(byte[] content, String name) {
        try {
            String upper = name.toUpperCase(Locale.ROOT);
            boolean mark = upper.endsWith("-BOM");
            Charset charset = Charset.forName(mark ? upper.substring(0, upper.length() - 4) : name);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return (mark ? "\uFEFF" + text : text).getBytes(charset);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException | CharacterCodingException e) {
            return content;
        }
    }
}
