/**
 * What is written for and read from {@code docker buildx}: the bake definition, the metadata file, the builder, the image
 * index, and the publishing of it.
 */
package io.jenkins.plugins.multiarchbuild.engine.buildx;
