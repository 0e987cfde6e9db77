/**
 * What is to be built, and by whom: values and pure functions that know neither Jenkins nor Docker.
 */
package io.jenkins.plugins.multiarchbuild.engine;
