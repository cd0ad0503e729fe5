package dev.runner.cli.proposal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ruby, PHP, and pages that are files already. */
final class ScriptLanguages {
    private ScriptLanguages() {}

    static @Nullable Language ruby(Project project) {
        if (!project.has("Gemfile")) {
            return null;
        }
        String version = project.find(".ruby-version", "(\\d+\\.\\d+)", "");
        version = version.isEmpty() ? project.find("Gemfile", "^ruby ['\"][^\\d]*(\\d+\\.\\d+)", "3.4") : version;
        boolean rails =
                !project.find("Gemfile", "^\\s*(gem ['\"]rails['\"])", "").isEmpty();
        String start = rails
                ? "\"bin/rails\", \"server\", \"-b\", \"0.0.0.0\""
                : project.has("config.ru")
                        ? "\"bundle\", \"exec\", \"rackup\", \"--host\", \"0.0.0.0\""
                        : "\"bundle\", \"exec\", \"ruby\", \"" + (project.has("app.rb") ? "app.rb" : "main.rb") + "\"";
        String dockerfile = """
                FROM ruby:VERSION-slim AS build
                RUN apt-get update \\
                    && apt-get install -y --no-install-recommends build-essential libpq-dev libyaml-dev pkg-config \\
                    && rm -rf /var/lib/apt/lists/*
                WORKDIR /app
                COPY Gemfile Gemfile.lock* ./
                RUN bundle config set --local path vendor/bundle \\
                    && bundle config set --local without development:test \\
                    && bundle install
                COPY . .

                FROM ruby:VERSION-slim
                RUN apt-get update \\
                    && apt-get install -y --no-install-recommends libpq5 \\
                    && rm -rf /var/lib/apt/lists/*
                ENV RACK_ENV=production RAILS_ENV=production
                WORKDIR /app
                COPY --from=build --chown=NOBODY /app ./
                USER NOBODY
                CMD [START]
                """;
        boolean postgres = project.text("Gemfile").matches("(?s).*gem ['\"]pg['\"].*");
        String text =
                postgres ? dockerfile : dockerfile.replace(" libpq-dev", "").replace("""
                                RUN apt-get update \\
                                    && apt-get install -y --no-install-recommends libpq5 \\
                                    && rm -rf /var/lib/apt/lists/*
                                """, "");
        return new Language(
                "Gemfile",
                text.replace("VERSION", version)
                        .replace("NOBODY", Language.NOBODY)
                        .replace("START", start),
                List.of("log", "tmp", "vendor/bundle", ".bundle", "node_modules"));
    }

    static @Nullable Language php(Project project) {
        if (!project.has("composer.json")) {
            return null;
        }
        String version = project.find("composer.json", "\"php\" *: *\"[^\"\\d]*(\\d+\\.\\d+)", "8.4");
        boolean folder = project.has("public/index.php");
        String dockerfile = """
                FROM --platform=$BUILDPLATFORM composer:2 AS build
                WORKDIR /app
                COPY composer.json composer.lock* ./
                RUN --mount=type=cache,target=/tmp/cache \\
                    composer install --no-dev --no-scripts --no-autoloader --prefer-dist --ignore-platform-reqs
                COPY . .
                RUN composer dump-autoload --no-dev --no-scripts --optimize

                FROM php:VERSION-apache
                RUN sed -i 's/^Listen 80$/Listen 8080/' /etc/apache2/ports.conf \\
                    && sed -i 's!:80>!:8080>!; s!/var/www/html!/var/www/htmlPUBLIC!' /etc/apache2/sites-available/000-default.conf \\
                    && a2enmod rewrite
                COPY --from=build --chown=www-data:www-data /app /var/www/html
                USER www-data
                EXPOSE 8080
                """;
        return new Language(
                "composer.json",
                dockerfile.replace("VERSION", version).replace("PUBLIC", folder ? "/public" : ""),
                List.of("vendor", "node_modules", "tests"));
    }

    static @Nullable Language site(Project project) {
        for (String file : List.of("index.html", "public/index.html", "site/index.html", "docs/index.html")) {
            if (project.has(file)) {
                String folder = file.contains("/") ? file.substring(0, file.indexOf('/')) : ".";
                return new Language(
                        file,
                        "FROM nginxinc/nginx-unprivileged:stable-alpine\nCOPY " + folder + " /usr/share/nginx/html\n",
                        List.of("node_modules"));
            }
        }
        return null;
    }
}
