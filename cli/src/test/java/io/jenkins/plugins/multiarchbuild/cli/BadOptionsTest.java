package io.jenkins.plugins.multiarchbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the options is said in one line before docker is asked for anything. */
class BadOptionsTest {

    private static final String HELP = " Try 'multi-arch-build --help'.";

    @TempDir
    private Path context;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--platforms linux/amd64,beos/amd64 --base-tags a/b:1                    | beos",
                "--platforms linux/arm64,aarch64    --base-tags a/b:1                    | linux/arm64",
                "--platforms amd64                  --base-tags a/b                      | a/b",
                "--platforms amd64                  --base-tags a/B:1                    | a/B:1",
                "--platforms amd64                  --base-tags a/b:1 --username someone | --password-stdin",
                "--platforms amd64                  --base-tags a/b:1                    | There is no Dockerfile",
                "--platforms amd64 --dockerfile x/y --base-tags a/b:1                    | x/y",
                "--platforms amd64                  --base-tags a/b:1 --arch-tags=other  | other",
                "--platforms amd64                  --base-tags a/b:1 --provenance maybe | maybe",
                "--platforms amd64 --no-push --build-arg-for arm64=A   | PLATFORM=NAME=VALUE",
                "--platforms amd64 --no-push --build-arg-for vax=A=b   | Unknown platform 'vax'",
                "--platforms amd64 --no-push --label-for arm64==b      | --label-for: ''",
                "--platforms amd64 --no-push --target-for vax=b        | Unknown platform 'vax'",
                "--platforms amd64 --no-push --build-context a=target:b | target:b",
                "--platforms amd64 --no-push --build-context-for arm64=a=- | 'a'",
                "--platforms amd64 --no-push --secret id=a             | id=ID,src=PATH",
                "--platforms amd64 --no-push --secret id=a,src=x/y     | x/y",
                "--platforms amd64 --no-push --secret id=a,env=NO_SUCH | NO_SUCH",
                "--platforms amd64 --no-push --secret id=-,env=PATH    | '-' is not an id",
                "--platforms amd64 --no-push --cache true             | none is named",
                "--platforms amd64 --no-push --cache A                | 'A' is not a valid",
                "--platforms amd64 --no-push --cache-from type=none    | type=none",
                "--platforms amd64 --no-push --cache-to mode=max       | mode=max",
                "--platforms amd64 --no-push --network bridge          | bridge",
                "--platforms amd64 --no-push --shm-size much           | much",
                "--platforms amd64 --no-push --ulimit files=1          | files=1",
                "--platforms amd64 --no-push --add-host a=b            | 'b' for a",
                "--platforms amd64 --no-push --entitlement root        | root",
                "--platforms amd64 --no-push --sbom maybe              | maybe",
                "--platforms amd64 --no-push --annotation a,b=c        | a,b",
                "--platforms amd64 --no-push --bake-target app        | Name it with --bake",
                "--platforms amd64 --no-push --bake no/such.hcl       | no file 'no/such.hcl'",
                "--platforms amd64 --no-push --bake - --bake-target x | '-' is not a file",
                "--platforms amd64 --no-push --bake pom.xml           | does not end with .hcl or .json",
                "--platforms amd64 --no-push --bake x.hcl --bake-target -x | '-x' is not the name",
                "--platforms amd64 --base-tags-for app=a/b:1           | --base-tags-for: there is no bake file",
                "--platforms amd64 --bake x.hcl --base-tags-for a/b:1  | TARGET=HOST/REPOSITORY:TAG",
                "--platforms amd64 --bake x.hcl --base-tags-for a=A    | 'A' is not a valid",
                "--platforms amd64 --bake x.hcl --base-tags-for a=     | '' is not a valid",
                "--platforms amd64 --bake x.hcl --base-tags-for a=b:1 --bake-target c | 'a' is not a target of this call. It builds c.",
                "--platforms amd64 --bake x.hcl --base-tags-for a=b:1 --bake-target a,c | there are no tags for c",
                "--platforms amd64 --bake x.hcl --base-tags a/b:1 --bake-target a --bake-target c | --base-tags is for one image, and this call builds a, c.",
                "--platforms amd64 --bake x.hcl --base-tags-for a=b:1 --base-tags-for c=b:1 | docker.io/library/b:1 is a tag of both a and c.",
                "--platforms amd64 --bake x.hcl --tags-from git --repositories a/b --bake-target a,c | --tags-from is for one image",
                "--platforms amd64 --bake x.hcl --no-push --archive app.tar --bake-target a,c | --archive is for one image",
                "--platforms amd64 --bake pom.xml.json --base-tags a/b:1 --base-tags-for default=a/b:1 | no file 'pom.xml.json'",
                "--platforms amd64 --base-tags a/b:1 --archive app.tar | Add --no-push",
                "--platforms amd64 --repositories a/b                  | Add --tags-from git",
                "--platforms amd64 --repositories a/b --tags-from svn  | 'svn'",
                "--platforms amd64 --repositories a/b:1 --tags-from git | 'a/b:1' has a tag",
                "--platforms amd64 --base-tags a/b:1 --tags-from git   | exclude each other",
                "--platforms amd64 --tags-from git                     | --repositories",
                "--platforms amd64 --repositories a/b --tags-from git  | no Git repository",
                "--platforms amd64 --no-push --archive none/app.tar    | none/app.tar",
                "--platforms amd64 --no-push --archive /tmp            | /tmp",
            })
    void badOptionIsNamed(String options, String named) throws Exception {
        String error =
                Cli.runWithoutLogin((options + " " + context).split(" +")).error(2);

        assertTrue(error.contains(named), error);
    }

    @Test
    void missingContextIsNamed() throws Exception {
        String missing = context.resolve("missing").toString();

        String error = Cli.runWithoutLogin("--platforms", "amd64", "--base-tags", "a/b:1", missing)
                .error(2);

        assertTrue(error.contains(missing), error);
    }

    @Test
    void missingTagsAreNamed() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");

        String error = Cli.runWithoutLogin("--platforms", "amd64", context.toString())
                .error(2);

        assertEquals("ERROR: Missing required option: '--base-tags=HOST/REPOSITORY:TAG'." + HELP, error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--platforms amd64 --add-host a        | --add-host: 'a' is not understood. Write it as HOST=IP.",
                "--platforms amd64 --add-host --pull   | Expected parameter for option '--add-host' but found '--pull'." + HELP,
                "--platforms amd64 --target-for        | Missing required parameter for option '--target-for' (PLATFORM=STAGE)."
                        + HELP,
                "--platforms amd64 --label option\\noption | --label: 'option option' is not understood. Write it as KEY=VALUE.",
                "--no-push                             | Missing required option: '--platforms=PLATFORM'." + HELP,
                "--platforms                           | Missing required parameter for option '--platforms' (PLATFORM)."
                        + HELP,
                "--platforms amd64 a b                 | Unmatched argument at index 3: 'b'." + HELP,
                "--platforms amd64 --base-tag a/b:1    | Unknown option: '--base-tag'. Similar: --base-tags, --bake,"
                        + " --bake-target, --base-tags-for." + HELP,
                "--platforms amd64 --smoke-test-timeout x | Invalid value for option '--smoke-test-timeout': 'x' is not an int."
                        + HELP,
            })
    void optionThatCannotBeParsedIsNamedInOneLine(String options, String expected) throws Exception {
        Cli.Outcome outcome = Cli.runWithoutLogin(options.replace("\\n", "\n").split(" "));

        assertEquals("ERROR: " + expected, outcome.error(2));
        assertEquals(1, outcome.stderr().lines().count(), outcome.stderr());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--shm-size lots                           | --shm-size: 'lots'",
                "--ulimit files=1                          | --ulimit: 'files=1'",
                "--add-host a=shmSize                      | --add-host: 'shmSize' for a",
                "--entitlement root                        | --entitlement: 'root'",
                "--annotation a,b=c                        | --annotation: 'a,b'",
                "--build-arg =b                            | --build-arg: ''",
                "--build-arg-for arm64==b                  | --build-arg-for: ''",
                "--build-context a=target:b                | --build-context: 'target:b'",
                "--cache-from type=none                    | --cache-from: type=none",
                "--cache-to type=local                     | --cache-to: type=local",
                "--cache true                              | --cache: true keeps the cache in the repository of the image, and none"
                        + " is named. Name it with --base-tags, or",
                "--foreign-program usr/lib                 | --foreign-program: 'usr/lib'",
                "--smoke-test-network host                 | --smoke-test-network: 'host'",
                "--smoke-test-timeout 0                    | --smoke-test-timeout: 0",
                "--provenance maybe                        | --provenance: 'maybe'",
                "--arch-tags=other                         | --arch-tags: 'other'",
                "--dockerfile x${y}                        | --dockerfile: '${y}'",
                "--bake - --bake-target x                  | --bake: '-'",
                "--bake x.hcl --bake-target -x             | --bake-target: '-x'",
                "--bake x.hcl --base-tags-for a=b:1 --base-tags-for c=b:1 | --base-tags-for: docker.io/library/b:1 is a tag of both",
                "--repositories a/b:1 --tags-from git      | --repositories: 'a/b:1'",
                "--platforms ,                             | No platforms. Name at least one, for example --platforms"
                        + " linux/amd64,linux/arm64.",
                "--builder shmSize?                        | --builder: 'shmSize?' is not",
            })
    void optionIsNamedAsItIsTyped(String options, String expected) throws Exception {
        String platforms = options.startsWith("--platforms") ? "" : "--platforms amd64 ";
        String error = Cli.runWithoutLogin((platforms + "--no-push " + options + " " + context).split(" "))
                .error(2);

        assertTrue(error.startsWith("ERROR: " + expected), error);
    }
}
