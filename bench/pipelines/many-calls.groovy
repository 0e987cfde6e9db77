// Row 10: one of many builds at once, by the calls alone.
node('docker') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\n'
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    sh 'DOCKER_CONFIG=@DOCKER@ BUILDX=@BUILDX@ @CALLS@ @REGISTRY@/bench/many . calls-$BUILD_NUMBER'
}
