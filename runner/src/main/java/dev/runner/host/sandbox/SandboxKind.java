package dev.runner.host.sandbox;

/**
 * A kind of sandbox and whether it works here.
 *
 * @param name {@code oci}, {@code namespaces}, {@code chroot} or {@code proot}
 * @param detail what it uses when available, such as {@code crun 1.8.1}; otherwise the reason why not
 */
public record SandboxKind(String name, boolean available, String detail) {}
