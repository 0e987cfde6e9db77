package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Requests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The images that a Dockerfile needs: {@code line image platform}, with {@code own} for the builder's platform. */
class DockerfileTest {

    private static final Platform ARM = Platform.parse("linux/arm/v7");

    @Test
    void imagesOfAllKinds() {
        assertImages(
                """
                # a comment
                FROM alpine:3.20 AS tools

                from --platform=linux/amd64 registry.example.com:5000/team/base@sha256:%s as Second
                COPY --chown=1:1 --from=tools /a /a
                COPY --from=0 /b /b
                COPY --from=busybox /c /c
                RUN --mount=type=cache,target=/x --mount=type=bind,from=golang:1,target=/go true
                RUN --mount=type=bind,from=tools,target=/t true --mount=type=bind,from=no,target=/n
                """.formatted("a".repeat(64)),
                "2 docker.io/library/alpine:3.20 linux/arm/v7",
                "4 registry.example.com:5000/team/base@sha256:" + "a".repeat(64) + " linux/amd64",
                "7 docker.io/library/busybox linux/arm/v7",
                "8 docker.io/library/golang:1 linux/arm/v7");
    }

    @Test
    void stagesThatRunPrograms() {
        String dockerfile = """
                ARG OTHER=linux/386
                FROM --platform=$BUILDPLATFORM golang AS Build
                RUN go build
                FROM build
                RUN go test
                FROM --platform=${OTHER} debian AS other
                RUN true
                FROM --platform=$TARGETPLATFORM debian AS own
                RUN true
                FROM unused
                RUN true
                FROM scratch
                COPY --from=1 /a /
                COPY --from=own /b /
                COPY --from=other /c /
                """;
        assertEquals(
                List.of("build null", "other linux/386", "own linux/arm/v7", "stage-1 null"),
                running(dockerfile, Requests.options().build()));
        assertEquals(
                List.of("build linux/arm/v7", "stage-1 linux/arm/v7"),
                running(
                        dockerfile,
                        Requests.options()
                                .target("1")
                                .buildArgs(Map.of("BUILDPLATFORM", "linux/arm/v7"))
                                .build()));
        assertEquals(
                List.of(" null"),
                running(
                        "FROM --platform=$BUILDPLATFORM a\nRUN true\n",
                        Requests.options().build()));
        assertEquals(List.of(), running("FROM a\nCOPY . .\n", Requests.options().build()));
        assertEquals(
                Optional.empty(),
                Dockerfile.runningStages(
                        "# syntax=other/frontend\nFROM a\n",
                        ARM,
                        Requests.options().build(),
                        NamedContexts.NONE));
    }

    private static List<String> running(String dockerfile, BuildOptions options) {
        return Dockerfile.runningStages(dockerfile, ARM, options, NamedContexts.NONE).orElseThrow().stream()
                .map(stage -> stage.name() + " " + stage.platform())
                .sorted()
                .toList();
    }

    @Test
    void stagesAreNoImages() {
        assertImages(
                "FROM scratch AS a\nFROM A AS b\nCOPY --from=1 / /\nCOPY --from=a / /\n",
                "3 docker.io/library/1 linux/arm/v7");
        // a stage is known only below, so this is an image of that name
        assertImages(
                "FROM b AS a\nFROM scratch AS b\nFROM a\nCOPY --from=b / /\n", "1 docker.io/library/b linux/arm/v7");
    }

    @Test
    void onlyWhatTheTargetNeeds() {
        String dockerfile = "FROM a AS one\nFROM b AS two\nFROM one AS three\nCOPY --from=two / /\nFROM c\n";
        assertImages(dockerfile, "5 docker.io/library/c linux/arm/v7");
        BuildOptions three = Requests.options().target("Three").build();
        assertEquals(
                List.of("1 docker.io/library/a linux/arm/v7", "2 docker.io/library/b linux/arm/v7"),
                images(dockerfile, three, NamedContexts.NONE));
        assertEquals(
                List.of("2 docker.io/library/b linux/arm/v7"),
                images(dockerfile, Requests.options().target("1").build(), NamedContexts.NONE));
        assertEquals(
                List.of(), images(dockerfile, Requests.options().target("none").build(), NamedContexts.NONE));
    }

    @Test
    void argumentsBeforeTheFirstStage() {
        String dockerfile = """
                ARG VERSION=3.20 NAME="alp"ine
                ARG FULL='$NAME':$VERSION
                ARG UNSET
                ARG REGISTRY=${UNSET:-docker.io/library}
                ARG SECOND=${REGISTRY}/${NAME}:${VERSION}${UNSET:+-x}${UNSET}
                FROM $SECOND
                """;
        assertImages(dockerfile, "6 docker.io/library/alpine:3.20 linux/arm/v7");
        BuildOptions arguments = Requests.options()
                .buildArgs(Map.of("VERSION", "4", "UNSET", "reg.example.com", "OTHER", "no"))
                .build();
        assertEquals(
                List.of("6 reg.example.com/alpine:4-xreg.example.com linux/arm/v7"),
                images(dockerfile, arguments, NamedContexts.NONE));
        String simple = "ARG V=1\nFROM a:$V AS one\nARG V=2\nFROM b:${V} AS two\nCOPY --from=one / /\n";
        assertImages(simple, "2 docker.io/library/a:1 linux/arm/v7", "4 docker.io/library/b:1 linux/arm/v7");
        assertEquals(
                List.of("2 docker.io/library/a:4 linux/arm/v7", "4 docker.io/library/b:4 linux/arm/v7"),
                images(simple, Requests.options().buildArgs(Map.of("V", "4")).build(), NamedContexts.NONE));
        assertImages("ARG V\nFROM a${V:+-}${V-x}:1\n", "2 docker.io/library/ax:1 linux/arm/v7");
        assertImages("ARG V=\nFROM a${V:+-}${V+b}${V-x}${V:-y}\n", "2 docker.io/library/aby linux/arm/v7");
        assertImages("FROM a:${NONE:-${TARGETARCH}-${TARGETVARIANT}}\n", "1 docker.io/library/a:arm-v7 linux/arm/v7");
    }

    @Test
    void platformsOfStages() {
        assertImages(
                """
                FROM --platform=$BUILDPLATFORM golang AS build
                COPY --from=tool / /
                FROM --platform=linux/$TARGETARCH a AS second
                FROM --platform=${TARGETPLATFORM} b
                COPY --from=build / /
                COPY --from=second / /
                """,
                "1 docker.io/library/golang own",
                "2 docker.io/library/tool linux/arm/v7",
                "3 docker.io/library/a linux/arm/v7",
                "4 docker.io/library/b linux/arm/v7");
        assertEquals(
                List.of("1 docker.io/library/golang linux/s390x"),
                images(
                        "FROM --platform=$BUILDPLATFORM golang\n",
                        Requests.options()
                                .buildArgs(Map.of("BUILDPLATFORM", "linux/s390x"))
                                .build(),
                        NamedContexts.NONE));
    }

    @Test
    void continuedLinesAndOtherEscapes() {
        assertImages(
                "FROM \\\n  # comment\n\n  --platform=linux/amd64 \\  \n  alpine \\\n  AS a\n",
                "1 docker.io/library/alpine linux/amd64");
        assertImages(
                "# escape=`\nFROM `\nalpine\nRUN dir c:\\\nFROM busybox\nCOPY --from=0 / /\n",
                "2 docker.io/library/alpine linux/arm/v7",
                "5 docker.io/library/busybox linux/arm/v7");
        assertImages("RUN a \\\\\nFROM alpine\r\n", "2 docker.io/library/alpine linux/arm/v7");
        assertImages("# Check = skip=all\n#escape=`\nFROM `\nalpine", "3 docker.io/library/alpine linux/arm/v7");
        assertImages("# comment\n# escape=`\nFROM alpine`\n");
    }

    @Test
    void hereDocumentsAreSkipped() {
        assertImages("""
                FROM alpine
                RUN <<EOF cat <<-"TWO" > /x
                FROM one
                EOF
                FROM two
                \tTWO
                COPY <<'THREE' /y
                FROM three
                COPY --from=four / /
                THREE
                RUN <<"END OF IT"
                FROM five
                END OF IT
                RUN echo "<<NONE" <<<NONE
                COPY --from=busybox / /
                """, "1 docker.io/library/alpine linux/arm/v7", "15 docker.io/library/busybox linux/arm/v7");
    }

    @Test
    void namedContextsTakeTheirPlace() {
        NamedContexts contexts = new NamedContexts(PlatformValues.of(Map.of(
                "docker.io/library/alpine:latest",
                "dir",
                "busybox:1",
                "docker-image://reg.example.com/bb:2",
                "stage",
                "docker-image://other")));
        assertEquals(
                List.of("2 reg.example.com/bb:2 linux/arm/v7", "3 docker.io/library/other linux/arm/v7"),
                images(
                        "FROM alpine AS a\nFROM busybox:1 AS b\nFROM gone AS Stage\nFROM scratch\nCOPY --from=a / /\n"
                                + "COPY --from=b / /\nCOPY --from=stage / /\nCOPY --from=alpine / /\n",
                        BuildOptions.DEFAULTS,
                        contexts));
    }

    @Test
    void whatCannotBeDeterminedIsLeftOut() {
        for (String dockerfile : List.of(
                "FROM a:$BUILDARCH",
                "FROM --platform=linux/$BUILDARCH a",
                "FROM --platform=what/ever/it/is a",
                "FROM --other=linux/amd64 a",
                "FROM a:${V:?must be set}",
                "FROM a:${V",
                "FROM a:$",
                "FROM 'a",
                "ARG V=$BUILDOS\nFROM a:$V",
                "ARG V=x\nFROM ${V#x}y",
                "FROM ${V}",
                "FROM UPPER:case!",
                "FROM",
                "",
                "ARG X=${X:-${X:-${X}}}\nFROM " + "${A:-".repeat(500) + "}".repeat(500),
                "FROM a AS s\n".repeat(2000),
                "# syntax=registry.example.com/frontend\nFROM a",
                "COPY --from=a / /")) {
            assertImages(dockerfile);
        }
        assertImages("# syntax=docker/dockerfile:1.7\nFROM a", "2 docker.io/library/a linux/arm/v7");
        assertImages("FROM scratch\nCOPY --from=$V / /\nCOPY --from=scratch / /\n");
    }

    private static void assertImages(String dockerfile, String... expected) {
        assertEquals(List.of(expected), images(dockerfile, BuildOptions.DEFAULTS, NamedContexts.NONE));
    }

    private static List<String> images(String dockerfile, BuildOptions options, NamedContexts contexts) {
        return Dockerfile.baseImages(dockerfile, ARM, options, contexts).stream()
                .map(image -> image.line() + " " + image.image() + " "
                        + (image.platform() == null ? "own" : image.platform()))
                .toList();
    }
}
