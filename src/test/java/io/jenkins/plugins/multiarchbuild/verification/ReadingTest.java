package io.jenkins.plugins.multiarchbuild.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingTest {

    private static final ImageKey ARM64 = ImageKey.of(Platform.parse("arm64"));
    private static final long MB = 1 << 20;
    private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

    @Test
    void smallImageIsReadAsWhole() {
        assertTrue(pushed(7 * MB, MB).isWhole());
    }

    @Test
    void asFewLayersAreUnpackedAsTheRestAllows() {
        assertEquals(1, pushed(100 * MB, 30 * MB, 34 * MB).lower());
        assertEquals(2, pushed(100 * MB, 31 * MB, 34 * MB).lower());
        assertTrue(pushed(100 * MB, 65 * MB).isWhole());
        assertEquals(1, pushed(9 * MB, MB).lower());
    }

    @Test
    void layersOfOtherFormatsAreUnpacked() {
        List<Manifest.Layer> layers = layers(GZIP, 10 * MB, MB, MB, MB);
        Manifest.Layer zstd = new Manifest.Layer(layers.get(2).digest(), MB, ZSTD);
        List<Manifest.Layer> mixed = List.of(layers.get(0), layers.get(1), zstd, layers.get(3));

        assertEquals(3, Reading.ofPushed(ARM64, config(4), mixed).lower());
        assertTrue(Reading.ofPushed(ARM64, config(2), layers(ZSTD, 10 * MB, MB)).isWhole());
    }

    @Test
    void manifestThatDoesNotFitTheConfigurationIsNotTrusted() {
        assertTrue(Reading.ofPushed(ARM64, config(2), layers(GZIP, 10 * MB, MB, MB))
                .isWhole());
    }

    @Test
    void onlyAnAnswerThatCanBeTrueIsUsed() {
        Reading reading = pushed(100 * MB, 65 * MB, MB, MB);

        assertEquals(2, reading.lower());
        for (int count : new int[] {-1, 0, 1, 4, 5, Integer.MAX_VALUE}) {
            assertEquals(reading, reading.withKnown(count), "answer " + count);
        }
        assertEquals(3, reading.withKnown(3).lower());
        assertTrue(reading.withKnown(3).known());
        assertFalse(reading.withKnown(3).canBeKnown());
    }

    @Test
    void imageInLayoutIsReadThere() {
        Reading reading = Reading.ofLayout(ARM64, config(2), layers(GZIP, 100 * MB, MB));

        assertEquals(0, reading.lower());
        assertFalse(reading.isWhole());
        assertFalse(reading.isExported());
        assertTrue(Reading.ofLayout(ARM64, config(1), layers(ZSTD, MB)).isWhole());
    }

    /** Otherwise nobody would look at it. */
    @Test
    void imageWithoutLayersIsUnpacked() {
        Reading reading = Reading.ofLayout(ARM64, config(0), List.of());

        assertTrue(reading.isWhole());
        assertFalse(reading.known());
    }

    private static Reading pushed(long... sizes) {
        return Reading.ofPushed(ARM64, config(sizes.length), layers(GZIP, sizes));
    }

    private static List<Manifest.Layer> layers(String mediaType, long... sizes) {
        return IntStream.range(0, sizes.length)
                .mapToObj(i -> new Manifest.Layer(Digest.of("layer " + i), sizes[i], mediaType))
                .toList();
    }

    private static ImageConfig config(int layers) {
        String[] diffIds = new String[layers];
        Arrays.setAll(diffIds, i -> Digest.of("content " + i).value());
        return new ImageConfig(List.of(), List.of(), List.of(), "/", List.of(), List.of(diffIds));
    }
}
