package io.jenkins.plugins.multiarchbuild.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens in URLs must not be shown. */
class UrlsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#5 https://h/x.tgz?private_token=SECRET | #5 https://h/x.tgz",
                "Get \"https://h/v2/?a=SECRET\": EOF | Get \"https://h/v2/\": EOF",
                "GET request to https://h/token?scope=a%3Ab&token=SECRET: 401 | GET request to https://h/token: 401",
                "(http://u:SECRET@h:80/x?token=SECRET). Next | (http://h:80/x). Next",
                "https://SECRET@h/a.git#main:dir and https://h/b?SECRET#main | https://h/a.git#main:dir and https://h/b#main",
                "ssh://git:SECRET@h/a.git | ssh://git@h/a.git",
                "git@h:team/app.git?x | git@h:team/app.git?x",
                "What is this? | What is this?"
            })
    void userInformationAndQueryAreRemoved(String text, String shown) {
        assertEquals(shown, Urls.withoutSecrets(text));
    }

    @Test
    void errorsShowNone() {
        String url = "https://user:SECRET@h/x.tgz?private_token=SECRET";
        assertEquals("'https://h/x.tgz' fails", new InvalidRequestException("'" + url + "' fails").getMessage());
        assertEquals("'https://h/x.tgz' fails", new DockerException("'" + url + "' fails").getMessage());
    }
}
