/**
 * The steps: parameters, forms and checks. A step parses its parameters once, into a value of {@code call}; no other
 * package uses a step.
 */
package io.jenkins.plugins.multiarchbuild.step;
