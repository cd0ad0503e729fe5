package dev.runner.host.sandbox;

/**
 * Whether a limit of RUN steps can be kept here.
 *
 * @param name as its flag is called: {@code memory}, {@code cpus} or {@code pids-limit}
 * @param detail where the control group is made; otherwise the reason why not
 */
public record LimitSupport(String name, boolean kept, String detail) {}
