/**
 * Builds images with {@code docker buildx bake}: the builder, the bake definition, the metadata file and the errors.
 * How images are published belongs to the package {@code registry}.
 */
package io.jenkins.plugins.multiarchbuild.engine.buildx;
