/**
 * Images that are not in a registry but in files: in OCI image layouts that a builder has written, and in the archive
 * that is made of them.
 */
package io.jenkins.plugins.multiarchbuild.engine.layout;
