package dev.runner.cli.proposal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Node: servers, and pages that are built once and served as files. */
final class NodeProjects {
    /** Bundlers, and where they leave what they make. */
    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("react-scripts", "build");
        PAGES.put("gatsby", "public");
        PAGES.put("@angular/cli", "dist");
        PAGES.put("vite", "dist");
        PAGES.put("@vue/cli-service", "dist");
        PAGES.put("astro", "dist");
        PAGES.put("parcel", "dist");
    }

    private static final List<String> SERVERS = List.of(
            "express",
            "fastify",
            "koa",
            "@hapi/hapi",
            "@nestjs/core",
            "next",
            "nuxt",
            "hono",
            "@sveltejs/kit",
            "@remix-run/node");
    private static final List<String> IGNORED = List.of("node_modules", "dist", "build", "coverage", "npm-debug.log*");

    private NodeProjects() {}

    static @Nullable Language node(Project project) {
        if (!project.has("package.json")) {
            return null;
        }
        JsonNode description;
        try {
            description = JsonMapper.shared().readTree(project.text("package.json"));
        } catch (JacksonException e) {
            return null;
        }
        boolean builds = description.path("scripts").has("build");
        boolean serves = SERVERS.stream().anyMatch(name -> depends(description, name));
        String pages = PAGES.keySet().stream()
                .filter(name -> depends(description, name))
                .findFirst()
                .orElse("");
        return builds && !serves && !pages.isEmpty()
                ? pages(project, description, PAGES.getOrDefault(pages, "dist"))
                : server(project, description, builds);
    }

    private static boolean depends(JsonNode description, String name) {
        return description.path("dependencies").has(name)
                || description.path("devDependencies").has(name);
    }

    private static String version(Project project, JsonNode description) {
        String said = project.text(".nvmrc") + " "
                + description.path("engines").path("node").asString("");
        java.util.regex.Matcher number =
                java.util.regex.Pattern.compile("(\\d{2})").matcher(said);
        return number.find() ? number.group(1) : "24";
    }

    /** A package manager's commands. */
    private record Manager(String files, String cache, String install, String run, String prune) {
        static Manager of(Project project) {
            if (project.has("pnpm-lock.yaml")) {
                return new Manager(
                        "package.json pnpm-lock.yaml pnpm-workspace.yaml*",
                        "/root/.local/share/pnpm",
                        "corepack enable && pnpm install --frozen-lockfile",
                        "pnpm run build",
                        "pnpm prune --prod");
            }
            if (project.has("yarn.lock")) {
                return new Manager(
                        "package.json yarn.lock .yarnrc.yml*",
                        "/usr/local/share/.cache",
                        "corepack enable && yarn install --immutable",
                        "yarn run build",
                        "");
            }
            boolean locked = project.has("package-lock.json");
            return new Manager(
                    "package*.json",
                    "/root/.npm",
                    locked ? "npm ci" : "npm install",
                    "npm run build",
                    "npm prune --omit=dev");
        }
    }

    private static String installed(Project project, JsonNode description, String stage) {
        Manager manager = Manager.of(project);
        return """
                FROM STAGEnode:VERSION-slim AS build
                WORKDIR /app
                COPY FILES ./
                RUN --mount=type=cache,target=CACHE INSTALL
                COPY . .
                """.replace("STAGE", stage)
                .replace("VERSION", version(project, description))
                .replace("FILES", manager.files())
                .replace("CACHE", manager.cache())
                .replace("INSTALL", manager.install());
    }

    private static Language pages(Project project, JsonNode description, String folder) {
        String made = description.path("dependencies").has("@angular/core")
                ? "dist/" + description.path("name").asString("app") + "/browser"
                : folder;
        String dockerfile = installed(project, description, "--platform=$BUILDPLATFORM ")
                + "RUN " + Manager.of(project).run() + "\n\n"
                + "FROM nginxinc/nginx-unprivileged:stable-alpine\n"
                + "COPY --from=build /app/" + made + " /usr/share/nginx/html\n";
        return new Language("package.json", dockerfile, IGNORED);
    }

    private static Language server(Project project, JsonNode description, boolean builds) {
        Manager manager = Manager.of(project);
        String main = description.path("main").asString(project.has("server.js") ? "server.js" : "index.js");
        String start = description.path("scripts").has("start") ? "\"npm\", \"start\"" : "\"node\", \"" + main + "\"";
        String dockerfile = installed(project, description, "")
                + (builds ? "RUN " + manager.run() + "\n" : "")
                + (manager.prune().isEmpty() ? "" : "RUN " + manager.prune() + "\n")
                + """

                FROM node:VERSION-slim
                ENV NODE_ENV=production
                WORKDIR /app
                COPY --from=build /app ./
                USER node
                CMD [START]
                """.replace("VERSION", version(project, description)).replace("START", start);
        return new Language("package.json", dockerfile, IGNORED);
    }
}
