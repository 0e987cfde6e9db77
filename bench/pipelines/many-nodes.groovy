// Row 10: one of many builds at once, by the bare command, with as many steps more as the step has parts.
node('docker') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\n'
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    sh 'DOCKER_CONFIG=@DOCKER@ docker buildx build --progress plain --platform linux/amd64,linux/arm64 --push --tag @REGISTRY@/bench/many:nodes-$BUILD_NUMBER .'
    for (int i = 0; i < 9; i++) {
        sleep time: 1, unit: 'MILLISECONDS'
    }
}
