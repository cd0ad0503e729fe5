/**
 * The words of the OCI image and distribution specifications, and of Docker's schema 2 where they differ: values that
 * check themselves, their canonical text, and their JSON.
 *
 * <p>Doors: {@link dev.runner.oci.Digest}, {@link dev.runner.oci.Platform}, {@link dev.runner.oci.Reference},
 * {@link dev.runner.oci.Descriptor}, {@link dev.runner.oci.Manifest}, {@link dev.runner.oci.Index},
 * {@link dev.runner.oci.ImageConfig}; {@link dev.runner.oci.OciLayout} and {@link dev.runner.oci.DockerArchive} for
 * images in folders and archives, fed by a {@link dev.runner.oci.ContentSource}. Imports no other room, does no I/O but on streams and folders it is given.
 */
@NullMarked
package dev.runner.oci;

import org.jspecify.annotations.NullMarked;
