package dev.runner.checkout;

import dev.runner.checkout.CheckoutException.Reason;
import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Objects;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The repository that a checkout makes: a plain {@code .git} that the {@code git} command can go on with. */
final class NewRepository implements AutoCloseable {
    /** Marks a repository that a later checkout may replace. */
    static final String MARK = "runner-checkout";

    private final Path gitDir;
    private final Path workTree;
    private final Config config;
    private final Repository repository;

    private NewRepository(Path gitDir, Path workTree, Config config, Repository repository) {
        this.gitDir = gitDir;
        this.workTree = workTree;
        this.config = config;
        this.repository = repository;
    }

    /** Makes an empty one. The working tree's {@code .git} is the folder itself, or a file that names it. */
    static NewRepository create(Path gitDir, Path workTree) throws IOException {
        for (String folder : new String[] {"objects/info", "objects/pack", "refs/heads", "refs/tags", "info"}) {
            Files.createDirectories(gitDir.resolve(folder));
        }
        Files.writeString(gitDir.resolve(Constants.HEAD), "ref: refs/heads/main\n");
        Files.writeString(gitDir.resolve(MARK), "");
        Config config = new Config();
        config.setInt("core", null, "repositoryformatversion", 0);
        config.setBoolean("core", null, "filemode", true);
        config.setBoolean("core", null, "bare", false);
        config.setBoolean("core", null, "logallrefupdates", true);
        Path dotGit = workTree.resolve(Constants.DOT_GIT);
        if (!dotGit.equals(gitDir)) {
            Files.writeString(dotGit, "gitdir: " + workTree.relativize(gitDir) + "\n");
            config.setString(
                    "core", null, "worktree", gitDir.relativize(workTree).toString());
        }
        // JGit would start to collect garbage in the background, in a repository that is about to change.
        Files.writeString(gitDir.resolve("config"), config.toText() + "[gc]\n\tauto = 0\n");
        Repository repository = new FileRepositoryBuilder()
                .setFS(NeutralGit.files())
                .setGitDir(gitDir.toFile())
                .setWorkTree(workTree.toFile())
                .build();
        return new NewRepository(gitDir, workTree, config, repository);
    }

    Repository repository() {
        return repository;
    }

    Path gitDir() {
        return gitDir;
    }

    Path workTree() {
        return workTree;
    }

    void setOrigin(String url) {
        config.setString("remote", "origin", "url", url);
        config.setString("remote", "origin", "fetch", "+refs/heads/*:refs/remotes/origin/*");
    }

    void setHead(Tip tip) throws IOException {
        String branch = tip.branch();
        if (branch == null) {
            Files.writeString(gitDir.resolve(Constants.HEAD), tip.id().name() + "\n");
            return;
        }
        String ref = Constants.R_HEADS + branch;
        if (!Repository.isValidRefName(ref)) {
            throw new CheckoutException(Reason.UNSAFE, workTree.toString(), "not a branch's name: " + branch, null);
        }
        Path file = gitDir.resolve(ref);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, tip.id().name() + "\n");
        Files.writeString(gitDir.resolve(Constants.HEAD), "ref: " + ref + "\n");
        config.setString("branch", branch, "remote", "origin");
        config.setString("branch", branch, "merge", ref);
    }

    void setSparse(SparsePaths sparse) throws IOException {
        if (!sparse.all()) {
            config.setBoolean("core", null, "sparseCheckout", true);
            config.setBoolean("core", null, "sparseCheckoutCone", sparse.cone());
            Files.writeString(gitDir.resolve("info/sparse-checkout"), sparse.fileText());
        }
    }

    void addSubmodule(String name, String url) {
        config.setBoolean("submodule", name, "active", true);
        config.setString("submodule", name, "url", url);
    }

    /** Keeps the credentials for later steps, as somebody has explicitly asked for. */
    void persist(Location.Remote location, GitCredentials credentials) throws IOException {
        Secret password = credentials.password();
        if (location.http() && password != null) {
            String pair = credentials.usernameOrToken() + ":" + password.reveal();
            String header =
                    "AUTHORIZATION: basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            var uri = location.uri();
            String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
            config.setString("http", uri.getScheme() + "://" + uri.getHost() + port + "/", "extraheader", header);
        }
        Secret key = credentials.sshKey();
        if (location.ssh() && key != null) {
            Path file = writePrivate("runner-ssh-key", key.reveal().strip() + "\n");
            StringBuilder command =
                    new StringBuilder("ssh -i ").append(quoted(file)).append(" -o IdentitiesOnly=yes");
            Secret hosts = credentials.knownHosts();
            if (hosts != null) {
                Path known = writePrivate("runner-known-hosts", hosts.reveal().strip() + "\n");
                command.append(" -o StrictHostKeyChecking=yes -o UserKnownHostsFile=")
                        .append(quoted(known));
            }
            config.setString("core", null, "sshCommand", command.toString());
        }
    }

    private Path writePrivate(String name, String text) throws IOException {
        Path file = gitDir.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
        return file;
    }

    private static String quoted(Path file) {
        return "'" + file.toString().replace("'", "'\\''") + "'";
    }

    /** Writes what was set; readable for its owner alone, for it may hold what was persisted. */
    void writeConfig() throws IOException {
        Path file = gitDir.resolve("config");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, config.toText());
    }

    @Override
    public void close() {
        repository.close();
    }
}
