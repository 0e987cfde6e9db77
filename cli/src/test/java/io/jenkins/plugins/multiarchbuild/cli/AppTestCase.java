package io.jenkins.plugins.multiarchbuild.cli;

import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests need that build the sample app with a real engine and a real registry. */
abstract class AppTestCase {

    /** A repository of the test's own. */
    final String repository = Cli.newRepository();

    /** The directory of the sample app. */
    @TempDir
    Path context;

    @BeforeAll
    static void rig() {
        Rig.assumeUp();
    }

    @BeforeEach
    void app() throws Exception {
        Rig.writeApp(context);
    }
}
