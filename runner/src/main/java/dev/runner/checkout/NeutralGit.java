package dev.runner.checkout;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.ProcessResult;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * What JGit knows of the machine, made the same on every machine and harmless.
 *
 * <p>JGit asks a JVM-wide {@link SystemReader} for the system's and the user's configuration, and a file system object
 * to start hooks, filters and {@code git} itself. Both are replaced: of the user's configuration only the way to servers
 * ({@code http.*}) and {@code core.excludesFile} count, so that a laptop checks out the bytes a CI machine does, and
 * nothing is ever started.
 */
final class NeutralGit {
    /** Installing twice does no harm, and JGit offers no other place for it. */
    static {
        if (!(SystemReader.getInstance() instanceof Reader)) {
            SystemReader.setInstance(new Reader(SystemReader.getInstance()));
        }
    }

    private NeutralGit() {}

    /** A file system that starts no program. */
    static FS files() {
        return new Files();
    }

    private static final class Files extends FS_POSIX {
        Files() {}

        private Files(Files other) {
            super(other);
        }

        @Override
        public FS newInstance() {
            return new Files(this);
        }

        @Override
        protected @Nullable File discoverGitExe() {
            return null;
        }

        @Override
        public @Nullable File getGitSystemConfig() {
            return null;
        }

        @Override
        public @Nullable File findHook(Repository repository, String hookName) {
            return null;
        }

        @Override
        public ProcessResult runHookIfPresent(
                Repository repository,
                String hookName,
                String @Nullable [] args,
                @Nullable OutputStream out,
                @Nullable OutputStream err,
                @Nullable String stdin) {
            return new ProcessResult(ProcessResult.Status.NOT_PRESENT);
        }

        @Override
        public ProcessBuilder runInShell(String cmd, String[] args) {
            throw new UnsupportedOperationException("a repository wants to start a program: " + cmd);
        }
    }

    private static final class Reader extends SystemReader.Delegate {
        private final SystemReader machine;

        Reader(SystemReader machine) {
            super(machine);
            this.machine = machine;
        }

        @Override
        public @Nullable String getenv(String variable) {
            return variable.startsWith("GIT_") ? null : super.getenv(variable);
        }

        @Override
        public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
            return new Fixed(parent, fs);
        }

        @Override
        public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
            return new Fixed(parent, fs);
        }

        @Override
        public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
            FileBasedConfig whole = machine.openUserConfig(null, fs);
            Fixed kept = new Fixed(parent, fs);
            try {
                whole.load();
            } catch (IOException | ConfigInvalidException e) {
                return kept; // As if it were not there: a checkout must not depend on it.
            }
            for (String name : whole.getNames("http")) {
                kept.setString("http", null, name, whole.getString("http", null, name));
            }
            for (String url : whole.getSubsections("http")) {
                for (String name : whole.getNames("http", url)) {
                    kept.setString("http", url, name, whole.getString("http", url, name));
                }
            }
            String excludes = whole.getString("core", null, "excludesfile");
            if (excludes != null) {
                kept.setString("core", null, "excludesfile", excludes);
            }
            return kept;
        }

        @Override
        public Locale getLocale() {
            return Locale.ROOT;
        }
    }

    /** A configuration that is in memory only. */
    private static final class Fixed extends FileBasedConfig {
        Fixed(@Nullable Config parent, FS fs) {
            super(parent, new File("/nonexistent/git-config"), fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }

        /**
         * What JGit would otherwise find out by writing files into the folder for seconds, in the background: how fine
         * the file system's times are. These values are coarser than any that Linux has.
         */
        @Override
        public @Nullable String getString(String section, @Nullable String subsection, String name) {
            if (!section.equals("filesystem")) {
                return super.getString(section, subsection, name);
            }
            return name.equalsIgnoreCase("timestampResolution") ? "10 milliseconds" : "50 milliseconds";
        }
    }
}
