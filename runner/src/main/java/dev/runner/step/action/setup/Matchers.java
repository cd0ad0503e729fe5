package dev.runner.step.action.setup;

import dev.runner.step.github.ActionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The problem matchers that the actions register for later steps, by what the tools print. */
enum Matchers {
    JAVA("""
            {"problemMatcher": [
              {"owner": "javac", "pattern": [
                {"regexp": "^([^\\\\s].*\\\\.java):(\\\\d+):\\\\s+(error|warning):\\\\s+(.*)$",
                 "file": 1, "line": 2, "severity": 3, "message": 4}]},
              {"owner": "java", "pattern": [
                {"regexp": "^Exception in thread \\".*\\" (.*)$", "message": 1},
                {"regexp": "^\\\\s+at .*\\\\((.+\\\\.java):(\\\\d+)\\\\)$", "file": 1, "line": 2}]}]}
            """),
    NODE("""
            {"problemMatcher": [
              {"owner": "tsc", "pattern": [
                {"regexp": "^([^\\\\s].*?)[(:](\\\\d+)[,:](\\\\d+)(?:\\\\):\\\\s+|\\\\s+-\\\\s+)(error|warning|info)\\\\s+(TS\\\\d+)\\\\s*:\\\\s*(.*)$",
                 "file": 1, "line": 2, "column": 3, "severity": 4, "code": 5, "message": 6}]},
              {"owner": "eslint-stylish", "pattern": [
                {"regexp": "^\\\\s*([^\\\\s].*)$", "file": 1},
                {"regexp": "^\\\\s+(\\\\d+):(\\\\d+)\\\\s+(error|warning|info)\\\\s+(.*?)\\\\s\\\\s+(.*)$",
                 "line": 1, "column": 2, "severity": 3, "message": 4, "code": 5, "loop": true}]},
              {"owner": "eslint-compact", "pattern": [
                {"regexp": "^(.+):\\\\sline\\\\s(\\\\d+),\\\\scol\\\\s(\\\\d+),\\\\s(Error|Warning|Info)\\\\s-\\\\s(.+)\\\\s\\\\((.+)\\\\)$",
                 "file": 1, "line": 2, "column": 3, "severity": 4, "message": 5, "code": 6}]}]}
            """),
    PYTHON("""
            {"problemMatcher": [
              {"owner": "python", "pattern": [
                {"regexp": "^\\\\s*File\\\\s\\\\\\"(.*)\\\\\\",\\\\sline\\\\s(\\\\d+),\\\\sin\\\\s(.*)$", "file": 1, "line": 2},
                {"regexp": "^\\\\s*raise\\\\s(.*)\\\\(\\\\'(.*)\\\\'\\\\)$", "message": 2}]}]}
            """),
    GO("""
            {"problemMatcher": [
              {"owner": "go", "pattern": [
                {"regexp": "^\\\\s*(\\\\.{0,2}[\\\\/\\\\\\\\].+\\\\.go):(?:(\\\\d+):(\\\\d+):)? (.*)",
                 "file": 1, "line": 2, "column": 3, "message": 4}]}]}
            """);

    private final String json;

    Matchers(String json) {
        this.json = json;
    }

    void register(ActionContext context) throws IOException {
        Path file = context.scratch().resolve("matchers.json");
        Files.writeString(file, json);
        context.addMatchers(file);
    }
}
