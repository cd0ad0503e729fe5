package dev.runner.build.bake.hcl;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import org.apache.sshd.common.config.keys.loader.openssh.kdf.BCrypt;

/** Functions that write and read encodings, and digests. */
final class EncodingFunctions {
    private static final int BCRYPT_COST = 10;
    private static final Map<String, String> UUID_NAMESPACES = Map.of(
            "dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
            "oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
            "x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8");

    private EncodingFunctions() {}

    static void add(Table table) {
        table.add("base64encode", 1, a -> HclValue.of(Base64.getEncoder().encodeToString(utf8(a.text(0)))));
        table.add("base64decode", 1, a -> HclValue.of(decoded(a.text(0))));
        table.add(
                "urlencode",
                1,
                a -> HclValue.of(URLEncoder.encode(a.text(0), StandardCharsets.UTF_8)
                        .replace("*", "%2A")
                        .replace("%7E", "~")));
        table.add("jsonencode", 1, a -> HclValue.of(HclJsonText.write(a.value(0))));
        table.add("jsondecode", 1, a -> HclJsonText.read(a.text(0)));
        table.add("csvdecode", 1, a -> csv(a.text(0)));
        table.add("md5", 1, a -> HclValue.of(digest("MD5", a.text(0))));
        table.add("sha1", 1, a -> HclValue.of(digest("SHA-1", a.text(0))));
        table.add("sha256", 1, a -> HclValue.of(digest("SHA-256", a.text(0))));
        table.add("sha512", 1, a -> HclValue.of(digest("SHA-512", a.text(0))));
        table.add("bcrypt", 1, 2, a -> HclValue.of(bcrypt(a.text(0), a.has(1) ? a.integer(1) : BCRYPT_COST)));
        table.add("rsadecrypt", 2, a -> HclValue.of(rsaDecrypted(a.text(0), a.text(1))));
        table.add("uuidv4", 0, a -> HclValue.of(UUID.randomUUID().toString()));
        table.add("uuidv5", 2, a -> HclValue.of(uuidOfName(a.text(0), a.text(1))));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HclFault("the text is no base64");
        }
    }

    private static String digest(String algorithm, String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(utf8(text)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String bcrypt(String text, int cost) {
        if (cost < 4 || cost > 30) {
            throw new HclFault("the cost must be between 4 and 30");
        }
        return BCrypt.hashpw(text, BCrypt.gensalt(cost));
    }

    /** PKCS #1 v1.5, with a key in PEM. */
    private static String rsaDecrypted(String base64, String pem) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.DECRYPT_MODE, key(pem));
            return new String(cipher.doFinal(Base64.getDecoder().decode(base64)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HclFault("the text or the key is no base64");
        } catch (GeneralSecurityException e) {
            throw new HclFault("the text cannot be decrypted with this key");
        }
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        byte[] pkcs8 = pem.contains("BEGIN RSA PRIVATE KEY") ? wrapped(der) : der;
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** PKCS #8 around the RSA key of PKCS #1 (RFC 5958). */
    private static byte[] wrapped(byte[] pkcs1) {
        byte[] algorithm = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");
        byte[] octets = tagged(0x04, pkcs1);
        ByteBuffer inside = ByteBuffer.allocate(algorithm.length + octets.length)
                .put(algorithm)
                .put(octets);
        return tagged(0x30, inside.array());
    }

    private static byte[] tagged(int tag, byte[] content) {
        byte[] length = BigInteger.valueOf(content.length).toByteArray();
        ByteBuffer out = ByteBuffer.allocate(2 + length.length + content.length).put((byte) tag);
        if (content.length < 0x80) {
            out.put((byte) content.length);
        } else {
            out.put((byte) (0x80 | length.length)).put(length);
        }
        out.put(content);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** RFC 9562, section 5.5. */
    private static String uuidOfName(String namespace, String name) {
        UUID space;
        try {
            space = UUID.fromString(UUID_NAMESPACES.getOrDefault(namespace, namespace));
        } catch (IllegalArgumentException e) {
            throw new HclFault("the namespace is dns, url, oid, x500 or a UUID");
        }
        byte[] text = utf8(name);
        ByteBuffer in = ByteBuffer.allocate(16 + text.length)
                .putLong(space.getMostSignificantBits())
                .putLong(space.getLeastSignificantBits())
                .put(text);
        try {
            ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(in.array()));
            long high = hash.getLong() & ~0xF000L | 0x5000L;
            long low = hash.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
            return new UUID(high, low).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 4180; the first line names the columns. */
    private static HclValue csv(String text) {
        List<List<String>> rows = rows(text);
        if (rows.isEmpty()) {
            throw new HclFault("the first line must name the columns");
        }
        List<String> names = rows.getFirst();
        List<HclValue> objects = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            if (row.size() != names.size()) {
                throw new HclFault("a line has " + row.size() + " fields, not " + names.size());
            }
            Map<String, HclValue> object = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                object.put(names.get(i), HclValue.of(row.get(i)));
            }
            objects.add(new HclValue.Obj(object));
        }
        return new HclValue.Lst(objects);
    }

    /** The fields of each line; used for values of list variables, too. */
    static List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"' && (quoted || field.isEmpty())) {
                quoted = !quoted;
                any = true;
            } else if (!quoted && (c == ',' || c == '\n')) {
                if (c == ',' || any || !field.isEmpty() || !row.isEmpty()) {
                    row.add(field.toString());
                }
                field.setLength(0);
                any = c == ',';
                if (c == '\n' && !row.isEmpty()) {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else if (quoted || c != '\r') {
                field.append(c);
            }
        }
        if (any || !field.isEmpty() || !row.isEmpty()) {
            row.add(field.toString());
            rows.add(row);
        }
        return rows;
    }
}
