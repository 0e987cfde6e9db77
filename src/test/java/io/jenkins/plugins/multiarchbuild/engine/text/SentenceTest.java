package io.jenkins.plugins.multiarchbuild.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SentenceTest {

    private static final Locale CHINESE = Locale.SIMPLIFIED_CHINESE;

    @Test
    void textOfUsersIsShownAsItIs() {
        String text = "{0} {1} '' ' $1 \\ {";
        assertEquals(text + ".", Sentence.of("Sentence.ended", text).toString());
        assertEquals(text + "\u3002", Sentence.of("Sentence.ended", text).in(CHINESE));
        assertEquals(text, Sentence.verbatim(text).in(CHINESE));
    }

    @Test
    void sentencesInSentencesHaveTheSameLanguage() {
        Sentence reason = Sentence.of("ErrorText.noReason");
        Sentence sentence = Sentence.of("Registry.again", 5, reason);
        assertEquals("Trying again in 5 s: no reason was given", sentence.toString());
        assertEquals(
                "\u5c06\u5728 5 \u79d2\u540e\u91cd\u8bd5\uff1a\u6ca1\u6709\u8bf4\u660e\u539f\u56e0",
                sentence.in(CHINESE));
        assertEquals(
                reason + ", " + reason,
                Sentence.join(", ", List.of(reason, reason)).toString());
    }

    @Test
    void englishIsEnglishWhateverTheLanguageOfTheProcess() {
        Locale before = Locale.getDefault();
        Locale.setDefault(CHINESE);
        try {
            var error = assertThrows(InvalidRequestException.class, () -> Platform.parse("amd46"));
            assertEquals(
                    "Unknown platform 'amd46'. Write it as os/architecture[/variant], for example linux/amd64,"
                            + " linux/arm64 or linux/arm/v7.",
                    error.getMessage());
            assertEquals(error.getMessage(), error.text(Locale.GERMAN));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void failuresTravelWithTheirSentence() throws Exception {
        var error = assertThrows(InvalidRequestException.class, () -> Platform.parse("amd46"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(error);
        }
        ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        InvalidRequestException received = (InvalidRequestException) in.readObject();
        assertEquals(error.sentence(), received.sentence());
        assertEquals(error.text(CHINESE), received.text(CHINESE));
    }

    @Test
    void sentencesOfAgentsAreBounded() {
        assertEquals("No.such: text", new Sentence("No.such", List.of("text", "more")).in(CHINESE));
        assertEquals(20_003, Sentence.verbatim("a".repeat(1 << 20)).toString().length());
        assertThrows(IllegalArgumentException.class, () -> {
            Serializable each = "text";
            for (int depth = 0; depth < 40; depth++) {
                each = new Sentence("", List.of(each, each));
            }
        });
    }

    @Test
    void secretsInArgumentsAreMasked() {
        Sentence sentence = Sentence.of("Registry.again", 5, Sentence.of("Sentence.ended", "hidden text"));
        assertEquals(
                "Trying again in 5 s: **** text.",
                sentence.map(text -> text.replace("hidden", "****")).toString());
    }
}
