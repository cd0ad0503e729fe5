package dev.runner.cli.proposal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python, installed into an environment of its own. */
final class PythonProjects {
    private PythonProjects() {}

    static @Nullable Language python(Project project) throws IOException {
        boolean listed = project.has("requirements.txt");
        String evidence = listed ? "requirements.txt" : project.has("pyproject.toml") ? "pyproject.toml" : "setup.py";
        if (!project.has(evidence)) {
            return null;
        }
        String version = project.find(".python-version", "(\\d+\\.\\d+)", "");
        version = version.isEmpty()
                ? project.find("pyproject.toml", "python *= *\"[^\"\\d]*(3\\.\\d+)", "3.13")
                : version;
        boolean whole =
                !listed && (project.text("pyproject.toml").contains("[build-system]") || project.has("setup.py"));
        String install = listed
                ? "pip install -r requirements.txt"
                : whole ? "pip install ." : "pip install uv && uv sync --active --no-dev";
        String dockerfile = """
                FROM python:VERSION-slim AS build
                RUN python -m venv /venv
                ENV PATH=/venv/bin:$PATH VIRTUAL_ENV=/venv
                WORKDIR /app
                COPY FILES ./
                RUN --mount=type=cache,target=/root/.cache INSTALL

                FROM python:VERSION-slim
                ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
                WORKDIR /app
                COPY --from=build /venv /venv
                COPY . .
                USER NOBODY
                CMD [START]
                """;
        return new Language(
                evidence,
                dockerfile
                        .replace("VERSION", version)
                        .replace("FILES", listed ? "requirements.txt" : ".")
                        .replace("INSTALL", install)
                        .replace("NOBODY", Language.NOBODY)
                        .replace("START", "\"" + String.join("\", \"", start(project)) + "\""),
                List.of("**/__pycache__", "**/*.pyc", ".venv", "venv", ".pytest_cache", "dist", "build"));
    }

    /** The command that starts it, by the framework and the usual files. */
    private static List<String> start(Project project) throws IOException {
        String needs =
                (project.text("requirements.txt") + project.text("pyproject.toml")).toLowerCase(java.util.Locale.ROOT);
        if (project.has("manage.py")) {
            String site = project.find(
                    "manage.py", "DJANGO_SETTINGS_MODULE['\"], *['\"]([\\w.]+)\\.settings", project.name());
            return needs.contains("gunicorn")
                    ? List.of("gunicorn", "--bind", "0.0.0.0:8000", site + ".wsgi")
                    : List.of("python", "manage.py", "runserver", "0.0.0.0:8000");
        }
        for (String file :
                List.of("main.py", "app.py", "server.py", "wsgi.py", "app/main.py", "src/main.py", "app/__init__.py")) {
            String application = project.find(file, "^(\\w+) *= *(?:FastAPI|Flask|Starlette)\\(", "");
            String module = file.replace(".py", "").replace("/__init__", "").replace('/', '.');
            if (!application.isEmpty() && project.text(file).contains("Flask(")) {
                return needs.contains("gunicorn")
                        ? List.of("gunicorn", "--bind", "0.0.0.0:8000", module + ":" + application)
                        : List.of("flask", "--app", module, "run", "--host", "0.0.0.0", "--port", "8000");
            }
            if (!application.isEmpty()) {
                return List.of("uvicorn", module + ":" + application, "--host", "0.0.0.0", "--port", "8000");
            }
        }
        String script =
                project.find("pyproject.toml", "(?s)^\\[(?:project|tool\\.poetry)\\.scripts]\\s*^([\\w-]+) *=", "");
        if (!script.isEmpty()) {
            return List.of(script);
        }
        for (String file : List.of("main.py", "app.py", "server.py", "run.py")) {
            if (project.has(file)) {
                return List.of("python", file);
            }
        }
        String packaged =
                Language.ending(project, "__main__.py").stream().findFirst().orElse("");
        return packaged.contains("/")
                ? List.of(
                        "python",
                        "-m",
                        packaged.replaceFirst("^src/", "")
                                .replace("/__main__.py", "")
                                .replace('/', '.'))
                : List.of("python");
    }
}
