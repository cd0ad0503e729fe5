package dev.runner.step.action.setup;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.setup.InstalledTools.Tool;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import dev.runner.step.keep.CacheStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts JDKs of the machine into {@code JAVA_HOME} and {@code PATH}. One of another vendor does, with a warning. Settings for
 * Maven are written for the job alone, when a step asks for them: the user's own {@code ~/.m2/settings.xml} is never touched.
 *
 * @see <a href="https://github.com/actions/setup-java#readme">actions/setup-java</a>
 */
public final class JavaAction extends ContractedAction {
    private static final String SEARCH = """
            for j in "$RUNNER_TOOL_CACHE"/Java_*/*/* /opt/hostedtoolcache/Java_*/*/* "$JAVA_HOME" \\
                $(env | sed -n 's/^JAVA_HOME_[0-9A-Za-z_]*=//p') /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \\
                "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \\
                /opt/java/* /opt/jdk*; do
              [ -n "$j" ] && [ -x "$j/bin/javac" ] && [ -f "$j/release" ] || continue
              v=$(sed -n 's/^JAVA_RUNTIME_VERSION="\\(.*\\)"/\\1/p' "$j/release")
              [ -n "$v" ] || v=$(sed -n 's/^JAVA_VERSION="\\(.*\\)"/\\1/p' "$j/release")
              tell "$(echo "$v" | sed -e 's/^1\\.\\([0-9]*\\)\\.0_\\([0-9]*\\).*/\\1.0.\\2/' -e 's/-LTS$//')" \\
                "$(cd -P "$j" && pwd)" "$(sed -n 's/^IMPLEMENTOR="\\(.*\\)"/\\1/p' "$j/release")"
            done
            """;

    /** What the makers call themselves, by the distribution's name. */
    private static final Map<String, String> VENDORS = Map.ofEntries(
            Map.entry("temurin", "Eclipse Adoptium|Temurin"),
            Map.entry("zulu", "Azul.*"),
            Map.entry("adopt", "AdoptOpenJDK|Eclipse Adoptium"),
            Map.entry("adopt-hotspot", "AdoptOpenJDK|Eclipse Adoptium"),
            Map.entry("adopt-openj9", "AdoptOpenJDK|IBM.*|Eclipse OpenJ9"),
            Map.entry("liberica", "BellSoft"),
            Map.entry("microsoft", "Microsoft"),
            Map.entry("corretto", "Amazon.*"),
            Map.entry("semeru", "IBM.*|International Business Machines.*"),
            Map.entry("oracle", "Oracle.*"),
            Map.entry("dragonwell", "Alibaba.*"),
            Map.entry("sapmachine", "SAP.*"),
            Map.entry("graalvm", "Oracle.*|GraalVM.*"),
            Map.entry("graalvm-community", "GraalVM.*"),
            Map.entry("jetbrains", "JetBrains.*"),
            Map.entry("kona", "Tencent.*"));

    private final CacheStore store;

    public JavaAction(CacheStore store) {
        super(Contract.named("actions/setup-java", 1, 5)
                .inputs("java-version", "architecture", "jdkFile", "settings-path")
                .input("java-package", "jdk")
                .input("server-id", "github")
                .input("server-username", "GITHUB_ACTOR")
                .input("server-password", "GITHUB_TOKEN")
                .inputs("gpg-private-key")
                .input("gpg-passphrase", "GPG_PASSPHRASE")
                .outputs("path", "version")
                .from(2)
                .inputs("distribution", "cache", "mvn-toolchain-id", "mvn-toolchain-vendor")
                .input("check-latest", "false")
                .input("overwrite-settings", "true")
                .input("job-status", "${{ job.status }}")
                .input("token", "${{ github.token }}")
                .outputs("distribution", "cache-hit")
                .from(3)
                .inputs("java-version-file", "cache-dependency-path")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        ActionInputs inputs = context.inputs();
        String distribution = inputs.get("distribution").toLowerCase(Locale.ROOT);
        if (context.major() > 1 && distribution.isEmpty()) {
            inputs.need("distribution");
        }
        InstalledTools installed = new InstalledTools(context);
        boolean unpacks = distribution.equals("jdkfile") || inputs.isGiven("jdkFile");
        List<Tool> tools = unpacks ? List.of() : installed.search(SEARCH);
        List<MavenToolchains.Chosen> chosen = new ArrayList<>();
        for (String wanted : wanted(context)) {
            Tool jdk = unpacks ? new JdkFile(context).unpacked(wanted) : choose(wanted, distribution, tools, context);
            if (jdk == null) {
                throw installed.missing("JDK", wanted, tools, name());
            }
            chosen.add(new MavenToolchains.Chosen(wanted, jdk));
            export(jdk, context);
        }
        Tool last = chosen.getLast().jdk();
        context.setOutput("distribution", inputs.get("distribution"));
        context.setOutput("path", last.path());
        context.setOutput("version", last.version().toString());
        new MavenSettings(context).write();
        if (context.major() > 1) {
            new MavenToolchains(context).write(chosen, inputs.get("distribution"));
        }
        if (inputs.isGiven("cache")) {
            new PackageCache(store, context).restore(downloads(inputs));
        }
        Matchers.JAVA.register(context);
    }

    @Override
    public String postCondition() {
        return "success()";
    }

    @Override
    public void post(ActionContext context) throws IOException {
        new PackageCache(store, context).save();
    }

    private static List<String> wanted(ActionContext context) {
        List<String> versions = context.inputs().lines("java-version");
        String file = context.inputs().get("java-version-file");
        if (!versions.isEmpty()) {
            return versions;
        }
        if (file.isEmpty()) {
            throw ActionFailedException.badInput("java-version or java-version-file input expected", null);
        }
        String text = VersionFile.read(context, file, "java");
        String pattern = file.endsWith(".tool-versions")
                ? "^java\\s+(?:\\S*-)?(\\d+\\S*)"
                : file.endsWith(".sdkmanrc") ? "^java\\s*=\\s*([^-\\s]+)" : "(?:^|\\s|-)(\\d+\\S*)(?:\\s|$)";
        String found = VersionFile.find(text, pattern);
        if (found == null) {
            throw ActionFailedException.badInput("No supported version was found in file " + file, null);
        }
        return List.of(found);
    }

    /** The newest of the distribution that will do; else the newest of all that will. */
    static @Nullable Tool choose(String wanted, String distribution, List<Tool> tools, ActionContext context) {
        String spec = wanted.strip();
        boolean early = spec.endsWith("-ea");
        String bare = early ? spec.substring(0, spec.length() - 3) : spec;
        // Four numbers, or a build after the plus, name one build; 1.8 is the old way to write 8.
        String semver = bare.replaceFirst("^1\\.(\\d)", "$1").replaceFirst("^(\\d+\\.\\d+\\.\\d+)\\.(\\d+)$", "$1+$2");
        VersionRange range = VersionRange.parse(semver);
        if (range == null) {
            throw ActionFailedException.badInput(
                    "The string '" + wanted + "' is not valid SemVer notation for a Java version",
                    "write 21, 17.0 or 17.0.4+8");
        }
        ToolVersion exact = semver.contains("+") ? ToolVersion.parse(semver) : null;
        String vendor = VENDORS.getOrDefault(distribution, ".*");
        Pattern maker = Pattern.compile(vendor);
        Predicate<Tool> fits = tool -> tool.version().isPre() == early
                && range.contains(new ToolVersion(
                        tool.version().major(),
                        tool.version().minor(),
                        tool.version().patch(),
                        List.of(),
                        ""))
                && (exact == null || exact.build().equals(tool.version().build()));
        Tool own = InstalledTools.newest(
                tools, fits.and(tool -> maker.matcher(tool.vendor()).matches()));
        if (own != null) {
            return own;
        }
        Tool other = InstalledTools.newest(tools, fits);
        if (other != null) {
            context.warning("this machine has no JDK " + wanted + " of the distribution '" + distribution
                    + "'; the one of " + (other.vendor().isEmpty() ? "another maker" : other.vendor()) + " is taken");
        }
        return other;
    }

    private static void export(Tool jdk, ActionContext context) {
        context.info("Resolved Java " + jdk.version() + " from " + jdk.path());
        context.exportVariable("JAVA_HOME", jdk.path());
        context.addPath(jdk.path() + "/bin");
        String arch = PackageCache.platform().endsWith("x64") ? "X64" : "ARM64";
        context.exportVariable("JAVA_HOME_" + jdk.version().major() + "_" + arch, jdk.path());
    }

    private static PackageCache.Downloads downloads(ActionInputs inputs) {
        String manager = inputs.get("cache");
        List<String> paths = switch (manager) {
            case "maven" -> List.of("~/.m2/repository");
            case "gradle" -> List.of("~/.gradle/caches", "~/.gradle/wrapper");
            case "sbt" -> List.of("~/.ivy2/cache", "~/.sbt", "~/.cache/coursier/v1");
            default ->
                throw ActionFailedException.badInput(
                        "unknown package manager specified: " + manager, "write maven, gradle or sbt");
        };
        List<String> locks = switch (manager) {
            case "maven" -> List.of("**/pom.xml", "**/.mvn/extensions.xml", "**/.mvn/wrapper/maven-wrapper.properties");
            case "gradle" ->
                List.of(
                        "**/*.gradle*",
                        "**/gradle-wrapper.properties",
                        "buildSrc/**/Versions.kt",
                        "buildSrc/**/Dependencies.kt",
                        "gradle/*.versions.toml",
                        "**/versions.properties");
            default -> List.of("**/*.sbt", "**/project/build.properties", "**/project/**.scala", "**/project/**.sbt");
        };
        List<String> written = inputs.lines("cache-dependency-path");
        return new PackageCache.Downloads(
                "setup-java-" + PackageCache.platform() + "-" + manager + "-",
                paths,
                written.isEmpty() ? locks : written);
    }
}
