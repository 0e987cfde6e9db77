/**
 * What is in an image, and whether it is for the platform that it claims to be for: the programs among its files, and
 * the one that it starts. Pure functions and values; the bytes come from elsewhere.
 */
package io.jenkins.plugins.multiarchbuild.engine.image;
