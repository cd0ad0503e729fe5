package dev.runner.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeHashTests {
    private MessageDigest ours = Digest.sha256();
    private MessageDigest jdks = Digest.sha256();

    @BeforeEach
    void both() throws Exception {
        MessageDigest created = NativeHash.sha256();
        Assumptions.assumeTrue(created != null, "OpenSSL's libcrypto is not installed");
        ours = Objects.requireNonNull(created);
        jdks = MessageDigest.getInstance("SHA-256");
    }

    @Test
    void it_agrees_with_the_jdk_however_the_bytes_come() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            int at = 0;
            while (at < bytes.length) {
                int length = Math.min(bytes.length - at, random.nextInt(200));
                ours.update(bytes, at, length);
                jdks.update(bytes, at, length);
                at += length;
            }
            ours.update((byte) round);
            jdks.update((byte) round);
            assertThat(ours.digest()).isEqualTo(jdks.digest());
        }
    }

    @Test
    void nothing_hashes_to_the_known_digest() {
        assertThat(Digest.sha256(ours.digest()).hex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void a_clone_goes_its_own_way() throws Exception {
        ours.update(new byte[100]);
        MessageDigest copy = (MessageDigest) ours.clone();
        copy.update((byte) 1);
        jdks.update(new byte[100]);
        assertThat(ours.digest()).isEqualTo(jdks.digest());
        jdks.update(new byte[100]);
        jdks.update((byte) 1);
        assertThat(copy.digest()).isEqualTo(jdks.digest());
    }

    @Test
    void sha_1_agrees_too() throws Exception {
        MessageDigest sha1 = Objects.requireNonNull(NativeHash.sha1());
        byte[] bytes = new byte[100_000];
        new Random(5).nextBytes(bytes);
        for (int length = 0; length < bytes.length; length += 9_999) {
            sha1.update(bytes, 0, length);
            MessageDigest expected = MessageDigest.getInstance("SHA-1");
            expected.update(bytes, 0, length);
            assertThat(sha1.digest()).isEqualTo(expected.digest());
        }
    }
}
