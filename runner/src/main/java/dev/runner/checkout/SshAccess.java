package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * SSH with the keys that were given, or else with the user's own configuration and keys. A host that is not known is
 * refused: nobody is there to be asked.
 */
final class SshAccess implements AutoCloseable {
    /** Seconds that a server may take to answer. */
    private static final int SILENCE = 60;

    private final GitCredentials credentials;
    private @Nullable SshdSessionFactory sessions;
    private @Nullable Path folder;

    SshAccess(GitCredentials credentials) {
        this.credentials = credentials;
    }

    SshdSessionFactory sessions() {
        if (sessions == null) {
            try {
                sessions = make();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot prepare SSH", e);
            }
        }
        return sessions;
    }

    /**
     * Asks over SSH where the server of large files is, and for what it wants to see.
     *
     * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/authentication.md">Git LFS,
     *     authentication</a>
     */
    LargeFileServer largeFiles(URIish repository) throws IOException {
        RemoteSession session = sessions().getSession(repository, null, NeutralGit.files(), SILENCE);
        try {
            String path = String.valueOf(repository.getPath()).replaceFirst("^/(?=~)", "");
            Process asked = session.exec("git-lfs-authenticate '" + path.replace("'", "'\\''") + "' download", SILENCE);
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            JsonNode told = new JsonMapper().readTree(answer);
            Map<String, String> headers = new TreeMap<>();
            told.path("header")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asString("")));
            String href = told.path("href").asString("");
            return new LargeFileServer(URI.create(href.replaceFirst("/+$", "")), headers);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CheckoutException(
                    Reason.NOT_FOUND,
                    repository.toString(),
                    "the server " + repository.getHost() + " does not say where the contents of Git LFS are",
                    e);
        } finally {
            session.disconnect();
        }
    }

    private SshdSessionFactory make() throws IOException {
        Secret key = credentials.sshKey();
        File home = new File(System.getProperty("user.home"));
        Path knownHosts = knownHosts(home);
        SshdSessionFactoryBuilder builder = new SshdSessionFactoryBuilder()
                .setHomeDirectory(home)
                .setDefaultKnownHostsFiles(ssh -> List.of(knownHosts));
        if (key == null) {
            return builder.setSshDirectory(new File(home, ".ssh"))
                    .withDefaultConnectorFactory()
                    .build(null);
        }
        List<KeyPair> keys = keys(key);
        return builder.setSshDirectory(temporary().toFile())
                .setPreferredAuthentications("publickey")
                .setDefaultIdentities(ssh -> List.of())
                .setDefaultKeysProvider(ssh -> keys)
                .setConnectorFactory(null)
                .build(null);
    }

    private Path knownHosts(File home) throws IOException {
        Secret given = credentials.knownHosts();
        if (given == null) {
            return home.toPath().resolve(".ssh/known_hosts");
        }
        Path file = temporary().resolve("known_hosts");
        Files.writeString(file, given.reveal().strip() + "\n");
        return file;
    }

    private Path temporary() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("runner-ssh-");
        }
        return folder;
    }

    private List<KeyPair> keys(Secret key) throws IOException {
        // Secrets often lose the last line break on their way, and OpenSSH's reader wants it.
        byte[] text = (key.reveal().replace("\r\n", "\n").strip() + "\n").getBytes(StandardCharsets.UTF_8);
        Secret passphrase = credentials.passphrase();
        FilePasswordProvider password =
                passphrase == null ? FilePasswordProvider.EMPTY : FilePasswordProvider.of(passphrase.reveal());
        List<KeyPair> pairs = new ArrayList<>();
        try (InputStream in = new ByteArrayInputStream(text)) {
            Iterable<KeyPair> read =
                    SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName("the SSH key"), in, password);
            if (read != null) {
                read.forEach(pairs::add);
            }
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw unreadable(e);
        }
        if (pairs.isEmpty()) {
            throw unreadable(null);
        }
        return pairs;
    }

    private static CheckoutException unreadable(@Nullable Exception cause) {
        return new CheckoutException(
                Reason.UNAUTHORIZED,
                "",
                "the SSH key cannot be read: give the private key's whole text, and its passphrase if it has one",
                cause);
    }

    @Override
    public void close() {
        if (sessions != null) {
            sessions.close();
        }
        if (folder != null) {
            try {
                SafeFolder.delete(folder);
            } catch (IOException e) {
                folder.toFile().deleteOnExit(); // It holds known hosts only, no key.
            }
        }
    }
}
