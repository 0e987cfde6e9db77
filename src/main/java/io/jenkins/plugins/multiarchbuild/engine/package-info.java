/**
 * What is to be built, and by whom: values and pure functions. Nothing here runs a command or knows Jenkins; what talks
 * to docker is in the packages below.
 */
package io.jenkins.plugins.multiarchbuild.engine;
