package dev.runner.cli.proposal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Go, Rust and .NET. */
final class CompiledLanguages {
    private CompiledLanguages() {}

    static @Nullable Language go(Project project) throws IOException {
        if (!project.has("go.mod")) {
            return null;
        }
        String version = project.find("go.mod", "^go (\\d+\\.\\d+)", "1");
        String dockerfile = """
                FROM --platform=$BUILDPLATFORM golang:VERSION AS build
                WORKDIR /src
                COPY go.mod go.sum* ./
                RUN --mount=type=cache,target=/go/pkg/mod go mod download
                COPY . .
                ARG TARGETOS TARGETARCH TARGETVARIANT
                RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \\
                    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM=${TARGETVARIANT#v} \\
                    go build -trimpath -ldflags="-s -w" -o /app MAIN

                FROM gcr.io/distroless/static-debian12:nonroot
                COPY --from=build /app /app
                ENTRYPOINT ["/app"]
                """;
        return new Language(
                "go.mod", dockerfile.replace("VERSION", version).replace("MAIN", mainPackage(project)), List.of());
    }

    /** The folder of the program: the root, or the one below {@code cmd} that is called as the project is. */
    private static String mainPackage(Project project) throws IOException {
        List<String> folders = Language.ending(project, ".go").stream()
                .filter(file -> !file.endsWith("_test.go")
                        && !project.find(file, "^(package main)\\b", "").isEmpty())
                .map(file -> file.contains("/") ? "./" + file.substring(0, file.lastIndexOf('/')) : ".")
                .distinct()
                .toList();
        return folders.stream()
                .filter(folder -> folder.equals(".") || folder.endsWith("/" + project.name()))
                .findFirst()
                .orElse(folders.isEmpty() ? "." : folders.getFirst());
    }

    static @Nullable Language rust(Project project) {
        if (!project.has("Cargo.toml")) {
            return null;
        }
        String name = project.find("Cargo.toml", "(?s)\\[\\[bin]].*?^name *= *\"([^\"]+)\"", "");
        name = name.isEmpty()
                ? project.find("Cargo.toml", "(?s)\\[package].*?^name *= *\"([^\"]+)\"", project.name())
                : name;
        String dockerfile = """
                FROM rust:1-slim-bookworm AS build
                WORKDIR /src
                COPY . .
                RUN --mount=type=cache,target=/usr/local/cargo/registry \\
                    cargo build --releaseLOCKED && cp target/release/NAME /app

                FROM gcr.io/distroless/cc-debian12:nonroot
                COPY --from=build /app /app
                ENTRYPOINT ["/app"]
                """;
        String locked = project.has("Cargo.lock") ? " --locked" : "";
        return new Language(
                "Cargo.toml", dockerfile.replace("LOCKED", locked).replace("NAME", name), List.of("target"));
    }

    static @Nullable Language dotnet(Project project) throws IOException {
        List<String> all = Language.ending(project, ".csproj").stream()
                .filter(file -> !file.matches("(?i).*tests?\\.csproj"))
                .toList();
        if (all.isEmpty()) {
            return null;
        }
        String web = "(Microsoft\\.NET\\.Sdk\\.Web)";
        String file = all.stream()
                .filter(each -> !project.find(each, web, "").isEmpty())
                .findFirst()
                .orElse(all.getFirst());
        String name = file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.csproj$", "");
        String dockerfile = """
                FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:VERSION AS build
                WORKDIR /src
                COPY . .
                ARG TARGETARCH
                RUN --mount=type=cache,target=/root/.nuget/packages \\
                    dotnet publish "FILE" -c Release -a $TARGETARCH --self-contained false -o /out

                FROM mcr.microsoft.com/dotnet/RUNTIME:VERSION
                WORKDIR /app
                COPY --from=build /out ./
                USER $APP_UID
                ENTRYPOINT ["dotnet", "NAME.dll"]
                """;
        return new Language(
                file,
                dockerfile
                        .replace("VERSION", project.find(file, "<TargetFramework>net(\\d+\\.\\d+)", "8.0"))
                        .replace("RUNTIME", project.find(file, web, "").isEmpty() ? "runtime" : "aspnet")
                        .replace("FILE", file)
                        .replace("NAME", project.find(file, "<AssemblyName>([^<]+)", name)),
                List.of("**/bin", "**/obj"));
    }
}
