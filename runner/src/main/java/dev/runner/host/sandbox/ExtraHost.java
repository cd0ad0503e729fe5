package dev.runner.host.sandbox;

/** A line of the sandbox's {@code /etc/hosts}. */
public record ExtraHost(String name, String address) {}
