package dev.runner.dockerfile;

import dev.runner.source.Span;

/** A word of an instruction: its text, which may lack quotes and escapes that the source has, and its place. */
record Token(String text, Span span) {}
