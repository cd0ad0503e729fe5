package dev.runner.cli.proposal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Java and its kin, built with Maven or Gradle. */
final class JavaProjects {
    private JavaProjects() {}

    static @Nullable Language maven(Project project) {
        if (!project.has("pom.xml")) {
            return null;
        }
        String version = project.find(
                "pom.xml",
                "<(?:java\\.version|maven\\.compiler\\.release|maven\\.compiler\\.target|release)>(?:1\\.)?(\\d+)<",
                "21");
        boolean wrapper = project.has("mvnw") && project.has(".mvn/wrapper/maven-wrapper.properties");
        String base = wrapper ? "eclipse-temurin:" + version + "-jdk" : "maven:3.9-eclipse-temurin-" + version;
        String maven = (wrapper ? "sh mvnw" : "mvn") + " -B -ntp package -DskipTests";
        String pom = project.text("pom.xml");
        String main = project.find("pom.xml", "<(?:mainClass|start-class|exec\\.mainClass)>([^<$]+)<", "");
        if (pom.contains("quarkus-maven-plugin")) {
            return java(
                    "pom.xml",
                    base,
                    version,
                    "/root/.m2",
                    maven + " && cp -R target/quarkus-app /out",
                    "\"-jar\", \"quarkus-run.jar\"");
        }
        String jar =
                "mkdir -p /out && cp \"$(ls -S target/*.jar | grep -v -e sources -e javadoc -e original- | head -n 1)\" /out/app.jar";
        if (pom.contains("spring-boot-maven-plugin") || pom.contains("maven-shade-plugin") || main.isEmpty()) {
            return java("pom.xml", base, version, "/root/.m2", maven + " && " + jar, "\"-jar\", \"app.jar\"");
        }
        String libraries =
                maven + " dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/out/lib && " + jar;
        return java("pom.xml", base, version, "/root/.m2", libraries, "\"-cp\", \"app.jar:lib/*\", \"" + main + "\"");
    }

    static @Nullable Language gradle(Project project) {
        String file = project.has("build.gradle.kts") ? "build.gradle.kts" : "build.gradle";
        if (!project.has(file)) {
            return null;
        }
        String version = project.find(
                file,
                "(?:languageVersion.*?of\\(|JavaVersion\\.VERSION_|jvmToolchain\\(|(?:source|target)Compatibility *= *['\"]?)(\\d+)",
                "21");
        boolean wrapper = project.has("gradlew") && project.has("gradle/wrapper/gradle-wrapper.properties");
        String base = wrapper ? "eclipse-temurin:" + version + "-jdk" : "gradle:8-jdk" + version;
        String gradle = (wrapper ? "sh gradlew" : "gradle") + " --no-daemon -q ";
        String cache = wrapper ? "/root/.gradle" : "/home/gradle/.gradle";
        if (project.text(file).contains("org.springframework.boot")) {
            String jar = "mkdir -p /out && cp \"$(ls build/libs/*.jar | grep -v plain | head -n 1)\" /out/app.jar";
            return java(file, base, version, cache, gradle + "bootJar && " + jar, "\"-jar\", \"app.jar\"");
        }
        String main = project.find(file, "mainClass(?:\\.set\\(|Name)? *[=(]? *['\"]([^'\"]+)['\"]", "");
        if (main.isEmpty()) {
            String jar = "mkdir -p /out && cp \"$(ls -S build/libs/*.jar | head -n 1)\" /out/app.jar";
            return java(file, base, version, cache, gradle + "assemble && " + jar, "\"-jar\", \"app.jar\"");
        }
        return java(
                file,
                base,
                version,
                cache,
                gradle + "installDist && mkdir /out && cp -R build/install/*/lib /out/lib",
                "\"-cp\", \"lib/*\", \"" + main + "\"");
    }

    /** Classes are the same for all platforms: they are built once, on the machine's own. */
    private static Language java(String file, String base, String version, String cache, String command, String start) {
        String dockerfile = """
                FROM --platform=$BUILDPLATFORM BASE AS build
                WORKDIR /src
                COPY . .
                RUN --mount=type=cache,target=CACHE \\
                    COMMAND

                FROM eclipse-temurin:VERSION-jre
                WORKDIR /app
                COPY --from=build /out ./
                USER NOBODY
                ENTRYPOINT ["java", START]
                """;
        return new Language(
                file,
                dockerfile
                        .replace("BASE", base)
                        .replace("CACHE", cache)
                        .replace("COMMAND", command.replace(" && ", " \\\n    && "))
                        .replace("VERSION", version)
                        .replace("NOBODY", Language.NOBODY)
                        .replace("START", start),
                List.of("target", "build", ".gradle", "**/*.class"));
    }
}
