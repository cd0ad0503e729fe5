package dev.runner.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest, {@code algorithm:hex}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">image-spec, Digests</a>
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
    private static final int LITTLE = 64 * 1024;

    public Digest {
        int length = switch (algorithm) {
            case "sha256" -> 64;
            case "sha384" -> 96;
            case "sha512" -> 128;
            default -> throw new IllegalArgumentException("unsupported digest algorithm '" + algorithm + "'");
        };
        if (hex.length() != length || !isHex(hex)) {
            throw new IllegalArgumentException("not a " + algorithm + " digest: '" + hex + "'");
        }
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Parses {@code sha256:…}.
     *
     * @throws IllegalArgumentException when the form, the algorithm or the length is wrong
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not a digest: '" + text + "'");
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The SHA-256 of some bytes. */
    public static Digest of(byte[] content) {
        // For little content the JDK's is done before the native one is linked.
        MessageDigest hash = content.length < LITTLE && !NativeHash.isLoaded() ? java("SHA-256") : sha256();
        return sha256(hash.digest(content));
    }

    /** A digest from 32 raw bytes of SHA-256. */
    public static Digest sha256(byte[] raw) {
        return new Digest("sha256", HexFormat.of().formatHex(raw));
    }

    /** A fresh SHA-256: the machine's OpenSSL if it is there, else the JDK's. */
    public static MessageDigest sha256() {
        MessageDigest fast = NativeHash.sha256();
        return fast != null ? fast : java("SHA-256");
    }

    /** A fresh SHA-1, by which git names contents; nothing else here trusts it. */
    public static MessageDigest sha1() {
        MessageDigest fast = NativeHash.sha1();
        return fast != null ? fast : java("SHA-1");
    }

    private static MessageDigest java(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    /** A fresh hash of this digest's algorithm, to verify content against it. */
    public MessageDigest newHash() {
        if (algorithm.equals("sha256")) {
            return sha256();
        }
        try {
            return MessageDigest.getInstance("SHA-" + algorithm.substring(3));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    /** The first twelve hexadecimal digits, as Docker shows it. */
    public String brief() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
