package io.jenkins.plugins.multiarchbuild.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Makes the pictures of the documentation, if docs/screenshots runs it. */
@NeedsRig
@NeedsChromium
@EnabledIfSystemProperty(named = "screenshots.directory", matches = ".+")
class ScreenshotsTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final int MARGIN = 4;

    private final Path directory = Path.of(System.getProperty("screenshots.directory", ""));

    private final boolean dark = Boolean.getBoolean("screenshots.dark");

    @Test
    void ofRealBuilds() throws Exception {
        SampleBuilds builds = new SampleBuilds(jenkins, "team/app", 40);
        builds.prepare();
        for (int i = 0; i < 3; i++) {
            builds.publish();
        }
        builds.fail();
        builds.publish();
        Files.createDirectories(directory);
        try (Chromium chromium = Chromium.start()) {
            chromium.setLanguages("en");
            if (dark) {
                chromium.addScript(Chromium.resource("dark-theme.js"));
            }
            chromium.devTools(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", 1440, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
            chromium.logIn(jenkins, SampleBuilds.ADMINISTRATOR);
            chromium.open(new URL(jenkins.getURL(), "manage/multi-arch-builds/"));
            chromium.click("form[name=ask] button");
            chromium.await("document.querySelectorAll('#readiness tbody tr').length == 2"
                    + " && !document.querySelector('[role=status]')");
            take(chromium, "readiness", "manage/multi-arch-builds/", ".jenkins-app-bar", "#readiness", "#emulation");
            take(chromium, "log", "job/app/1/console", "#out");
            take(chromium, "run", "job/app/5/", ".app-summary:has([href*=multi-arch-images])");
            take(chromium, "report", "job/app/5/multi-arch-images/", ".jenkins-app-bar", ".mab-report-table");
            take(chromium, "timeline", "job/app/1/multi-arch-images/", ".mab-timeline-legend", ".mab-timeline");
            take(chromium, "trend", "job/app/multi-arch-trend/", ".jenkins-app-bar", ".mab-trend-table");
        }
    }

    /** Takes a picture of a page from the upper edge of its first element to the lower edge of its last. */
    private void take(Chromium chromium, String name, String page, String... elements) throws Exception {
        assertEquals(200, chromium.status(new URL(jenkins.getURL(), page)), page);
        chromium.await("document.fonts.status == 'loaded'");
        // of the log, without what Pipeline says of its own steps, the branches left of its edge and temporary
        // directories
        chromium.run("""
                document.querySelectorAll('.pipeline-new-node').forEach(each => each.style.display = 'none');
                const sheet = new CSSStyleSheet();
                sheet.replaceSync('[class*=pipeline-node-]::before { display: none }');
                document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
                const texts = document.createTreeWalker(document.querySelector('#out') ?? document.head, NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) {
                  texts.currentNode.data = texts.currentNode.data.replace(/ in .*workspace.app/, '');
                }
                """);
        JsonNode box = chromium.run("""
                const boxes = arguments[0].map(each => document.querySelector(each).getBoundingClientRect());
                return [
                  Math.min(...boxes.map(box => box.left)),
                  Math.min(...boxes.map(box => box.top)),
                  Math.max(...boxes.map(box => box.right)),
                  Math.max(...boxes.map(box => box.bottom))
                ];
                """, List.of(elements));
        double left = Math.max(0, box.get(0).asDouble() - MARGIN);
        double top = Math.max(0, box.get(1).asDouble() - MARGIN);
        byte[] picture = chromium.picture(
                left, top, box.get(2).asDouble() + MARGIN - left, box.get(3).asDouble() + MARGIN - top);
        write(picture, directory.resolve(name + ".png"));
    }

    /** Writes a picture smaller than Chromium does: without transparency, and compressed as well as can be. */
    private static void write(byte[] picture, Path file) throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(picture));
        BufferedImage opaque = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(read, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(0);
        Files.deleteIfExists(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(opaque, null, null), parameters);
        } finally {
            writer.dispose();
        }
    }
}
