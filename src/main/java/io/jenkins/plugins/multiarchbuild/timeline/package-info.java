/** What a call did when: the phases of the flow, measured on the controller, and the steps of its bakes. */
package io.jenkins.plugins.multiarchbuild.timeline;
