/**
 * An embedded registry: the whole OCI distribution specification 1.1 over files in a folder.
 *
 * <p>Door: {@link dev.runner.registry.server.RegistryServer}. In: a folder and an address. Out: a server that runs
 * until it is closed. Imports {@code oci} and {@code secret}.
 */
@NullMarked
package dev.runner.registry.server;

import org.jspecify.annotations.NullMarked;
