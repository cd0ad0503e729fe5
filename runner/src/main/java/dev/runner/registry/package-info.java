/**
 * The client of image registries: the OCI distribution specification 1.1 and Docker's schema 2.
 *
 * <p>Doors: {@link dev.runner.registry.RegistryClient} (pull, push, mount, list, delete, check a login),
 * {@link dev.runner.registry.RegistryConfiguration} (mirrors, rewrites, certificates, insecure registries),
 * {@link dev.runner.registry.CredentialSource} and {@link dev.runner.registry.Credentials} (who we are there),
 * {@link dev.runner.registry.DockerConfig} (the user's {@code config.json} and credential helpers) and
 * {@link dev.runner.registry.TransferListener} (what moved).
 *
 * <p>In: references, descriptors and streams that can be opened again. Out: verified bytes, descriptors, and
 * {@link dev.runner.registry.RegistryException} where it did not work. Imports {@code oci} and {@code secret}.
 */
@NullMarked
package dev.runner.registry;

import org.jspecify.annotations.NullMarked;
