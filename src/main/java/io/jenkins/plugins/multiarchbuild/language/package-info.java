/** In which language a sentence is shown. */
package io.jenkins.plugins.multiarchbuild.language;
