/**
 * What software a root filesystem holds, and how that is written down.
 *
 * <p>Doors: {@link dev.runner.build.sbom.Inventory} (finds packages), {@link dev.runner.build.sbom.SbomDocument} (writes them
 * as SPDX or CycloneDX). In: files that nobody vouches for, read within limits. Out: packages with their package URLs.
 */
@NullMarked
package dev.runner.build.sbom;

import org.jspecify.annotations.NullMarked;
