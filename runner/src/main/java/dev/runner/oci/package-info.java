/**
 * The words of the OCI image and distribution specifications, and of Docker's schema 2 where they differ: values that
 * check themselves, their canonical text, and their JSON.
 *
 * <p>Doors: {@link dev.runner.oci.Digest}, {@link dev.runner.oci.Platform}, {@link dev.runner.oci.Reference},
 * {@link dev.runner.oci.Descriptor}, {@link dev.runner.oci.Manifest}, {@link dev.runner.oci.Index},
 * {@link dev.runner.oci.ImageConfig}. Imports no other room, does no I/O but on streams it is given.
 */
@NullMarked
package dev.runner.oci;

import org.jspecify.annotations.NullMarked;
